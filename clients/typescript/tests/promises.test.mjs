// What the client promises of sessions, retries and lists, against a server that is played.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LmsClient, RateLimited, Unauthorized, Unavailable } from "../dist/index.js";

const ID = "0198c5f2-a908-7043-8ed4-69f361cd516f";
const LOGIN = { email: "sam@example.com", password: "seven-green-teapots" };

const reply = (data, meta = {}) =>
  Response.json({ success: true, message: "OK.", data, meta: { request_id: "one", ...meta } });
const problem = (status, code, headers = {}) => Response.json({ success: false, code }, { status, headers });
const signedIn = (number, expires_in = 900) =>
  reply({
    outcome: "signed_in",
    user: { id: ID },
    tokens: { access_token: `access ${number}`, refresh_token: `refresh ${number}`, token_type: "Bearer", expires_in },
  });

/** A client whose server is this function of a path and a request. */
function client(answer, options = {}) {
  const fetch = async (url, init) => answer(new URL(url), init);
  return new LmsClient({ baseUrl: "https://learn.invalid", fetch, ...options });
}

test("many calls that wait refresh once", async () => {
  let refreshes = 0;
  const lms = client(async (url, { headers, body }) => {
    if (url.pathname.endsWith("/login")) return signedIn(1);
    if (url.pathname.endsWith("/refresh")) {
      refreshes += 1;
      assert.deepEqual(JSON.parse(body), { refresh_token: "refresh 1" });
      await new Promise((done) => setTimeout(done, 50));
      return signedIn(2);
    }
    return headers.get("Authorization") === "Bearer access 1" ? problem(401, "unauthorized") : reply({ id: ID });
  });
  await lms.auth.login(LOGIN);
  await Promise.all(Array.from({ length: 20 }, () => lms.users.getMe()));
  assert.equal(refreshes, 1);
});

test("a token is traded before it ends", async () => {
  const asked = [];
  const lms = client((url) => {
    asked.push(url.pathname.split("/").at(-1));
    if (asked.at(-1) === "login") return signedIn(1, 20);
    return asked.at(-1) === "refresh" ? signedIn(2) : reply({ id: ID });
  });
  await lms.auth.login(LOGIN);
  await lms.users.getMe();
  assert.deepEqual(asked, ["login", "refresh", "me"]);
});

for (const [status, error, ends] of [[401, Unauthorized, true], [503, Unavailable, false]]) {
  test(`a refresh that is answered ${status} ${ends ? "ends" : "keeps"} the session`, async () => {
    const events = [];
    const lms = client(
      (url) => {
        if (url.pathname.endsWith("/login")) return signedIn(1);
        return problem(url.pathname.endsWith("/refresh") ? status : 401, "some_code");
      },
      { onEvent: (event) => events.push(event.type) },
    );
    await lms.auth.login(LOGIN);
    await assert.rejects(lms.users.getMe(), error);
    assert.equal((await lms.auth.session()) === null, ends);
    assert.deepEqual(events, ends ? ["signed_out"] : []);
  });
}

test("a POST is repeated with its key", async () => {
  const keys = [];
  const lms = client((_, { headers }) => {
    keys.push(headers.get("Idempotency-Key"));
    if (keys.length === 1) throw new TypeError("gone");
    if (keys.length === 2) return problem(409, "idempotency_in_progress", { "Retry-After": "0" });
    return reply({ id: ID });
  });
  await lms.courses.archive(ID);
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  assert.match(keys[0], /^[0-9a-f-]{36}$/);
});

test("a POST with a secret is sent once", async () => {
  let sent = 0;
  const lms = client((_, { headers }) => {
    sent += 1;
    assert.equal(headers.get("Idempotency-Key"), null);
    return problem(503, "unavailable", { "Retry-After": "0" });
  });
  await assert.rejects(lms.auth.login(LOGIN), Unavailable);
  assert.equal(sent, 1);
});

test("a wait of more than a minute is the caller's", async () => {
  const lms = client(() => problem(429, "rate_limited", { "Retry-After": "61" }));
  await assert.rejects(lms.users.getMe(), (error) => error instanceof RateLimited && error.retryAfter === 61);
});

test("each next page is asked for when it is needed", async () => {
  const cursors = [];
  const lms = client((url) => {
    cursors.push(url.searchParams.get("cursor"));
    return reply([{ id: ID }], { next_cursor: `c${cursors.length}` });
  });
  let seen = 0;
  for await (const _ of lms.users.list({ role: "student" })) if (++seen === 2) break;
  assert.deepEqual(cursors, [null, "c1"]);
  assert.equal((await lms.users.list().all({ max: 3 })).length, 3);
});

test("a call that is aborted throws the reason", async () => {
  const lms = client((_, { signal }) => new Promise((_done, fail) => signal.addEventListener("abort", () => fail(signal.reason))));
  const control = new AbortController();
  const call = lms.users.getMe({ signal: control.signal });
  control.abort(new Error("enough"));
  await assert.rejects(call, /enough/);
});
