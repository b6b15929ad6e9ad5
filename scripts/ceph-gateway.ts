#!/usr/bin/env node
/**
 * A real S3 server on the loopback interface, for tests and benchmarks: one Ceph monitor, one OSD that keeps its objects in memory, and one
 * RADOS gateway. Needs Debian's packages ceph-mon, ceph-osd, radosgw and ceph-common (some 600 MB), and Linux.
 *
 *   node scripts/ceph-gateway.ts run [--port 17480] -- COMMAND...   starts it, runs the command with MILLRACE_S3_ENDPOINT and the
 *                                                                   credentials in its environment, and stops it
 *   node scripts/ceph-gateway.ts packages                           prints the names of the packages that are needed
 */
import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';

const PACKAGES = ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph-common'];

const run = promisify(execFile);

/** In the order in which they are stopped. */
const DAEMONS = ['client.rgw.a', 'osd.0', 'mon.a'];

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'testkey', AWS_SECRET_ACCESS_KEY: 'testsecret', AWS_REGION: 'us-east-1' };

function configuration(directory: string, port: number, fsid: string): string {
  const [monitorV2, monitorV1] = [port + 1, port + 2];
  return `[global]
fsid = ${fsid}
mon_initial_members = a
mon_host = [v2:127.0.0.1:${monitorV2}/0,v1:127.0.0.1:${monitorV1}/0]
public_network = 127.0.0.0/8
cluster_network = 127.0.0.0/8
ms_bind_ipv6 = false
auth_allow_insecure_global_id_reclaim = false
keyring = ${directory}/keyring
run_dir = ${directory}/run
admin_socket = ${directory}/run/$name.asok
pid_file = ${directory}/run/$name.pid
log_file = ${directory}/log/$name.log
crash_dir = ${directory}/run
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pgp_num = 8
osd_pool_default_pg_autoscale_mode = off
mon_allow_pool_size_one = true
osd_crush_chooseleaf_type = 0
osd_objectstore = memstore
memstore_device_bytes = 8589934592
osd_class_load_list = *
osd_class_default_list = *
osd_max_object_name_len = 460
osd_max_object_namespace_len = 64
mon_data_avail_crit = 1
mon_data_avail_warn = 2
rgw_dns_name = localhost
debug_rgw = 0
[mon.a]
mon_data = ${directory}/mon.a
keyring = ${directory}/mon.a/keyring
mon_cluster_log_file = ${directory}/log/cluster.log
[osd.0]
osd_data = ${directory}/osd.0
keyring = ${directory}/osd.0/keyring
[client.rgw.a]
rgw_data = ${directory}/rgw
keyring = ${directory}/rgw/keyring
rgw_frontends = beast endpoint=127.0.0.1:${port}
`;
}

/** Starts the daemons, which run in the background, and makes a user. Answers with the URL of the gateway. */
async function start(directory: string, port: number): Promise<string> {
  for (const name of ['mon.a', 'osd.0', 'rgw', 'run', 'log']) await mkdir(join(directory, name), { recursive: true });
  const conf = join(directory, 'ceph.conf');
  const fsid = randomUUID();
  await writeFile(conf, configuration(directory, port, fsid));
  const monitors = join(directory, 'monmap');
  const addresses = `[v2:127.0.0.1:${port + 1},v1:127.0.0.1:${port + 2}]`;
  await run('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', addresses, '--clobber', monitors], {
    env: env(conf),
  });
  const keyring = join(directory, 'mon.keyring');
  for (const args of [
    ['-C', keyring, '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *'],
    [
      keyring,
      '--gen-key',
      '-n',
      'client.admin',
      '--cap',
      'mon',
      'allow *',
      '--cap',
      'osd',
      'allow *',
      '--cap',
      'mgr',
      'allow *',
    ],
    [keyring, '--gen-key', '-n', 'osd.0', '--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *'],
    [keyring, '--gen-key', '-n', 'client.rgw.a', '--cap', 'mon', 'allow rw', '--cap', 'osd', 'allow rwx'],
  ]) {
    await run('ceph-authtool', args, { env: env(conf) });
  }
  const keys = await readFile(keyring);
  for (const place of ['keyring', 'osd.0/keyring', 'rgw/keyring']) await writeFile(join(directory, place), keys);

  await ceph('ceph-mon', conf, ['--keyring', keyring, '-i', 'a', '--mkfs', '--monmap', monitors]);
  await ceph('ceph-mon', conf, ['-i', 'a']);
  const osd = randomUUID();
  await ceph('ceph', conf, ['osd', 'new', osd]);
  await ceph('ceph-osd', conf, ['-i', '0', '--mkfs', '--osd-uuid', osd]);
  await ceph('ceph-osd', conf, ['-i', '0']);
  await until('the OSD', async () => (await ceph('ceph', conf, ['osd', 'stat'])).includes('1 up'));
  await ceph('radosgw', conf, ['-n', 'client.rgw.a']);
  const endpoint = `http://127.0.0.1:${port}`;
  await until('the gateway', async () => (await fetch(endpoint)).status > 0);
  await ceph('radosgw-admin', conf, [
    'user',
    'create',
    '--uid=test',
    '--display-name=test',
    `--access-key=${CREDENTIALS.AWS_ACCESS_KEY_ID}`,
    `--secret-key=${CREDENTIALS.AWS_SECRET_ACCESS_KEY}`,
  ]);
  return endpoint;
}

async function stop(directory: string): Promise<void> {
  for (const name of DAEMONS) {
    const pid = Number(await readFile(join(directory, 'run', `${name}.pid`), 'utf8').catch(() => '0'));
    if (pid > 0) await end(pid);
  }
  await rm(directory, { recursive: true, force: true });
}

/** Asks a process to end, and ends it when it has not after some seconds. */
async function end(pid: number): Promise<void> {
  for (let i = 0; i < 80; i++) {
    try {
      process.kill(pid, i === 0 ? 'SIGTERM' : i === 79 ? 'SIGKILL' : 0);
    } catch {
      return;
    }
    await pause(100);
  }
}

async function ceph(program: string, conf: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(program, ['-c', conf, ...args], { env: env(conf) });
  return stdout;
}

function env(conf: string): NodeJS.ProcessEnv {
  return { ...process.env, CEPH_CONF: conf };
}

async function until(what: string, isThere: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await isThere().catch(() => false)) return;
    await pause(100);
  }
  throw new Error(`${what} of Ceph did not start within a minute`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function requirePrograms(): Promise<void> {
  for (const program of ['ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'monmaptool', 'ceph-authtool']) {
    await run('sh', ['-c', `command -v ${program}`]).catch(() => {
      throw new Error(
        `${program} is not installed. As root: apt-get install --no-install-recommends ${PACKAGES.join(' ')}`,
      );
    });
  }
}

/** Runs the command with the gateway and answers with its exit code. */
async function runWithGateway(port: number, command: readonly string[]): Promise<number> {
  await requirePrograms();
  const directory = await mkdtemp(join(tmpdir(), 'millrace-ceph-'));
  try {
    const endpoint = await start(directory, port);
    const environment = { ...process.env, ...CREDENTIALS, MILLRACE_S3_ENDPOINT: endpoint };
    const child = spawn(command[0]!, command.slice(1), { stdio: 'inherit', env: environment });
    const forward = (signal: NodeJS.Signals) => child.kill(signal);
    process.on('SIGINT', forward).on('SIGTERM', forward);
    return await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    await stop(directory);
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string', default: '17480' } },
});
const [action, ...command] = positionals;
if (action === 'packages') {
  process.stdout.write(`${PACKAGES.join(' ')}\n`);
} else if (action === 'run' && command.length > 0) {
  try {
    process.exitCode = await runWithGateway(Number(values.port), command);
  } catch (error) {
    process.stderr.write(
      `Ceph's gateway cannot be started: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exitCode = 1;
  }
} else {
  process.stderr.write('usage: node scripts/ceph-gateway.ts run [--port PORT] -- COMMAND... | packages\n');
  process.exitCode = 2;
}
