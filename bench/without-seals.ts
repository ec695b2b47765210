import { registerHooks } from 'node:module';

/**
 * Preloaded where the driver is measured alone: nothing is sealed there, so that no seal can be checked. It is done from
 * outside, because in the product there is no way around the check.
 */
const believed = new URL('./believed.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    return resolved.url.endsWith('/certs/verify.ts') ? { ...resolved, url: believed } : resolved;
  },
});
