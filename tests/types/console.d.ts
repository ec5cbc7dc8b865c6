// The types of @opentelemetry/api mention `console`, which neither `lib` nor `types` brings here. Nothing else is
// declared, so that the tests see at once when the types of spanlink need a browser or Node.
declare const console: Record<'debug' | 'error' | 'info' | 'log' | 'trace' | 'warn', (text: string) => void>;
