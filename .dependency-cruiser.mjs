/**
 * Import directions, checked on what is built: there only imports of values are left, and types may point anywhere. An arrow that this file forbids is a design decision (see CONTRIBUTING.md), not an accident: change the design
 * first.
 */

/** The layers of `packages/core/src`, top first: a layer imports from itself and from those below it. */
const LAYERS = [
  ['engine'],
  ['sql', 'optimizer'],
  ['operator'],
  ['physical'],
  ['logical'],
  ['catalog'],
  ['parquet'],
  ['expression'],
  ['vector'],
  ['storage'],
  ['runtime', 'types'],
  ['error'],
];

const inCore = (names) => `^packages/core/dist/(${names.join('|')})/`;

const layerRules = LAYERS.slice(1).map((names, i) => ({
  name: `core-${names.join('-')}-points-down`,
  comment: `${names.join(' and ')} must not import from a layer above`,
  severity: 'error',
  from: { path: inCore(names) },
  to: { path: inCore(LAYERS.slice(0, i + 1).flat()) },
}));

export default {
  forbidden: [
    ...layerRules,
    {
      name: 'core-is-pure',
      comment: 'core has no node:*, no threads, no network',
      severity: 'error',
      from: { path: '^packages/core/dist/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-stands-alone',
      severity: 'error',
      from: { path: '^packages/core/' },
      to: { path: '^(packages/(executor|storage-fs|storage-s3|millrace)|bench|examples)/' },
    },
    {
      name: 'one-file-imports-apache-arrow',
      comment: 'arrow-interop.ts is the one file of core that imports apache-arrow',
      severity: 'error',
      from: { path: '^packages/core/dist/', pathNot: ['^packages/core/dist/vector/arrow-interop'] },
      to: { path: 'node_modules/apache-arrow' },
    },
    {
      name: 'adapters-see-storage-only',
      comment: 'adapters know bytes, not queries',
      severity: 'error',
      from: { path: '^packages/storage-(fs|s3)/' },
      to: { path: '^packages/(core/dist/(?!storage/)|executor|millrace)' },
    },
    {
      name: 'executor-knows-no-adapter',
      severity: 'error',
      from: { path: '^packages/executor/' },
      to: { path: '^packages/(storage-|millrace)' },
    },
    {
      name: 'compute-never-imports-data-plane',
      comment: 'a compute worker holds no credential, opens no socket and no file',
      severity: 'error',
      from: { path: '^packages/executor/dist/compute/' },
      to: { path: '^packages/executor/dist/data-plane/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['/kernels/', '\\.generated\\.js$'] },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
