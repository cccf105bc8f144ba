// Swagger UI with a sign-in form that fills its "Authorize" in. Tokens stay in this page's
// memory: closing it forgets them.
"use strict";

(() => {
  const form = document.getElementById("sign-in");
  const said = document.getElementById("said");
  let refreshToken = null;
  let timer = null;

  const ui = SwaggerUIBundle({
    url: "openapi.json",
    dom_id: "#swagger",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    validatorUrl: null, // the default asks a foreign host
  });

  async function post(path, body, token) {
    const headers = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    const reply = await fetch(`api/v1/auth/${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    const answer = reply.status === 204 ? {} : await reply.json();
    if (!reply.ok) throw new Error(answer.message || `The server answered ${reply.status}.`);
    return answer.data;
  }

  function accept({ user, tokens }) {
    refreshToken = tokens.refresh_token;
    ui.preauthorizeApiKey("bearer", tokens.access_token);
    document.getElementById("who").textContent = `${user.full_name} (${user.role})`;
    form.classList.add("signed-in");
    // A minute early: a reader who is busy should not meet a 401.
    clearTimeout(timer);
    timer = setTimeout(renew, Math.max(tokens.expires_in - 60, 1) * 1000);
  }

  function forget() {
    clearTimeout(timer);
    refreshToken = null;
    ui.authActions.logout(["bearer"]);
    form.classList.remove("signed-in");
  }

  async function renew() {
    try {
      accept(await post("refresh", { refresh_token: refreshToken }));
    } catch (error) {
      forget();
      said.textContent = error.message;
    }
  }

  function token() {
    const auth = ui.authSelectors.authorized().toJS().bearer;
    return auth && auth.value;
  }

  async function during(button, work) {
    said.textContent = "";
    button.disabled = true;
    try {
      await work();
    } catch (error) {
      said.textContent = error.message;
    }
    button.disabled = false;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const password = document.getElementById("password");
    during(event.submitter || form.querySelector("button"), async () => {
      const email = document.getElementById("email").value;
      accept(await post("login", { email, password: password.value }));
      password.value = "";
    });
  });

  document.getElementById("sign-out").addEventListener("click", (event) => {
    during(event.target, async () => {
      const before = token();
      forget();
      if (before) await post("logout", {}, before);
    });
  });
})();
