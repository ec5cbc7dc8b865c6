// The real servers, and the one that is none: librdkafka's mock cluster, which speaks the Kafka protocol.
import { chownSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort, start, startServer, temporaryFolder, until } from './process.mjs';

const python = (name) => path.join(process.env.SPANLINK_PYTHON, 'bin', name);

/** Redis. Gives its port. */
export async function redis() {
  const port = await freePort();
  const folder = temporaryFolder();
  await startServer(
    port,
    'redis-server',
    ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', ''].map(String),
  );
  return port;
}

/** NATS with JetStream. Gives its address. */
export async function nats() {
  const port = await freePort();
  await startServer(port, 'nats-server', [
    '-a',
    '127.0.0.1',
    '-p',
    `${port}`,
    '-js',
    '-sd',
    temporaryFolder(),
  ]);
  return `127.0.0.1:${port}`;
}

/** Mosquitto. Gives its address. */
export async function mosquitto() {
  const port = await freePort();
  const config = path.join(temporaryFolder(), 'mosquitto.conf');
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  await startServer(port, 'mosquitto', ['-c', config]);
  return `mqtt://127.0.0.1:${port}`;
}

/** RabbitMQ, run as the user `rabbitmq`, with a port mapper of its own. Gives its address. */
export async function rabbitmq() {
  const [port, distribution, mapper] = [await freePort(), await freePort(), await freePort()];
  const folder = temporaryFolder();
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'rabbitmq'])));
  chownSync(folder, uid, gid);
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    RABBITMQ_NODENAME: `spanlink-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: `${port}`,
    RABBITMQ_DIST_PORT: `${distribution}`,
    RABBITMQ_MNESIA_BASE: folder,
    RABBITMQ_LOG_BASE: folder,
    RABBITMQ_ENABLED_PLUGINS_FILE: path.join(folder, 'plugins'),
    ERL_EPMD_PORT: `${mapper}`,
    ERL_EPMD_ADDRESS: '127.0.0.1',
  };
  // Started by us, so that it ends with us: a broker would leave one behind.
  const inErlang = { cwd: folder, env, uid, gid };
  await startServer(mapper, 'epmd', ['-port', `${mapper}`], inErlang);
  // The wrapper of the Debian package changes the user; this is the server itself.
  const broker = await startServer(port, '/usr/lib/rabbitmq/bin/rabbitmq-server', [], inErlang);
  // Ended by the script, the virtual machine below it may live on.
  const children = () => execFileSync('ps', ['-o', 'pid=', '--ppid', `${broker.pid}`], { encoding: 'utf8' });
  const below = children().split('\n').map(Number).filter(Boolean);
  after(() => below.forEach((pid) => kill(pid)));
  return `amqp://guest:guest@127.0.0.1:${port}`;
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended with its parent.
  }
}

/** moto: SQS, SNS, Kinesis and others, in memory. Gives what clients of the AWS SDK take. */
export async function aws() {
  const port = await freePort();
  await startServer(port, python('moto_server'), ['-H', '127.0.0.1', '-p', `${port}`]);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
}

/** librdkafka's mock cluster: the Kafka protocol without a broker. Gives its address. */
export async function kafkaMock() {
  const program = fileURLToPath(new URL('kafka_mock.py', import.meta.url));
  const cluster = start(python('python3'), [program], { stdio: ['pipe', 'pipe', 'pipe'] });
  return until('the mock cluster', () => {
    if (cluster.hasEnded()) throw new Error(cluster.output());
    return cluster.output().match(/^127\.0\.0\.1:\d+$/m)?.[0];
  });
}

/** A collector that takes OTLP over HTTP and prints every span it was sent. */
export async function collector() {
  const [http, grpc] = [await freePort(), await freePort()];
  const agent = execFileSync(
    python('python3'),
    ['-c', 'import os, rotel; print(os.path.join(os.path.dirname(rotel.__file__), "rotel-agent"))'],
    { encoding: 'utf8' },
  ).trim();
  const { output } = await startServer(http, agent, [
    ...['start', '--exporter', 'blackhole', '--disable-batching'],
    ...['--otlp-http-endpoint', `127.0.0.1:${http}`, '--otlp-grpc-endpoint', `127.0.0.1:${grpc}`],
    ...['--debug-log', 'traces', '--debug-log-verbosity', 'detailed'],
  ]);
  return { url: `http://127.0.0.1:${http}/v1/traces`, output };
}
