// `npm run build`: set-up, the wasm core, the npm package in pkg/, its tarball, and what it weighs.
import { main } from './main.mjs';
import { setUp } from './setup.mjs';

await main(import.meta, async () => {
  await setUp();
  // Imported only now: these need what the set-up installs.
  const { buildWasm } = await import('./wasm.mjs');
  const { buildPackage } = await import('./package.mjs');
  const { packPackage } = await import('./tarball.mjs');
  const { printSizes } = await import('./sizes.mjs');
  await buildWasm();
  await buildPackage();
  await packPackage();
  await printSizes();
});
