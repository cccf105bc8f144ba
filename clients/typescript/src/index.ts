export { LmsClient } from "./client.js";
export { List } from "./core.js";
export type { Call, CallOptions, LmsEvent, LmsOptions, Page, Session, SessionStorage, WithResponse } from "./core.js";
export * from "./errors.js";
export type * from "./generated/types.gen.js";
export * as webhooks from "./webhooks.js";
export { WebhookVerificationError } from "./webhooks.js";
