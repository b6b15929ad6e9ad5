/** The style of the report: one column, light and dark by the reader's system, and printable. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1c2430; --soft: #5b6675; --line: #dde2e9; --card: #f6f8fa; --good: #1d7a52; --bad: #c02f3c; --warn: #9a6200; }
@media (prefers-color-scheme: dark) { :root { --paper: #11161d; --ink: #e4e9f0; --soft: #9aa6b5; --line: #2b3440; --card: #1a212b; --good: #4cc38a; --bad: #ff6b75; --warn: #f0b429; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 1.65rem; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 1.2rem; margin: 44px 0 8px; padding-top: 12px; border-top: 1px solid var(--line); }
p { max-width: 76ch; margin: 8px 0; }
.soft, figcaption { color: var(--soft); font-size: 0.9rem; }
.verdict { background: var(--card); border: 1px solid var(--line); border-left: 5px solid var(--good); border-radius: 8px; padding: 18px 22px; margin: 22px 0; }
.verdict.weak { border-left-color: var(--bad); }
.verdict strong { font-size: 1.35rem; display: block; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 12px; margin: 16px 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; }
.card b { display: block; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: 24px; }
figure { margin: 12px 0; min-width: 0; }
figure svg { width: 100%; max-width: 760px; height: auto; overflow: visible; }
figcaption { margin-top: 4px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; }
.number { text-align: right; white-space: nowrap; }
.good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
.tag { border: 1px solid currentColor; border-radius: 999px; padding: 0 8px; font-size: 0.8rem; white-space: nowrap; }
.measured { color: var(--good); } .fitted { color: inherit; } .default { color: var(--soft); } .guessed { color: var(--warn); }
.bar { display: flex; height: 22px; border-radius: 6px; overflow: hidden; margin: 10px 0 6px; } .bar span { display: block; }
.key { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; }
.legend span.item { margin-right: 16px; white-space: nowrap; }
@media print { main { max-width: none; } h2, figure { break-inside: avoid; } }
`;
