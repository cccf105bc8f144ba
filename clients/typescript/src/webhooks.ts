// Verifies what a webhook's receiver is sent, by the Standard Webhooks specification.

import { LmsError } from "./errors.js";
import type { WebhookBody } from "./generated/types.gen.js";

/** The request is not ours, is too old, or was changed on its way. */
export class WebhookVerificationError extends LmsError {}

type GivenHeaders = Headers | Record<string, string | string[] | undefined>;

/**
 * The event, if the request is ours; else it throws `WebhookVerificationError`. `rawBody` is the
 * body as it came, before any parsing. During a rotation give both secrets.
 */
export async function verify(
  rawBody: string | Uint8Array,
  headers: GivenHeaders,
  secret: string | string[],
  { toleranceSeconds = 300 }: { toleranceSeconds?: number } = {},
): Promise<WebhookBody> {
  const id = header(headers, "webhook-id");
  const sentAt = header(headers, "webhook-timestamp");
  const given = header(headers, "webhook-signature");
  if (!/^\d+$/.test(sentAt) || Math.abs(Date.now() / 1000 - Number(sentAt)) > toleranceSeconds) {
    throw new WebhookVerificationError("The request is too old, or the clocks differ.");
  }
  const body = typeof rawBody === "string" ? new TextEncoder().encode(rawBody) : rawBody;
  const head = new TextEncoder().encode(`${id}.${sentAt}.`);
  const signed = new Uint8Array(head.length + body.length);
  signed.set(head);
  signed.set(body, head.length);
  for (const one of [secret].flat()) {
    const key = await crypto.subtle.importKey(
      "raw",
      bytesOf(one.replace(/^whsec_/, "")),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["verify"],
    );
    for (const part of given.split(" ")) {
      const [version, signature = ""] = part.split(",", 2);
      if (version !== "v1" || !/^[A-Za-z0-9+/]{43}=$/.test(signature)) continue;
      if (await crypto.subtle.verify("HMAC", key, bytesOf(signature), signed)) {
        return JSON.parse(new TextDecoder().decode(body)) as WebhookBody;
      }
    }
  }
  throw new WebhookVerificationError("No signature of the request fits.");
}

function header(headers: GivenHeaders, name: string): string {
  const found = headers instanceof Headers
    ? headers.get(name)
    : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  if (typeof found !== "string") throw new WebhookVerificationError(`The header ${name} is missing.`);
  return found;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
