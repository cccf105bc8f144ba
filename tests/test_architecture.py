"""What keeps the folders of lms/ alike and apart, where the linter's layers do not see it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.app import DOMAINS, load_domain
from lms.core.db.pool import Pool
from lms.core.jobs.tasks import TASKS
from lms.core.personal_queries import PERSONAL as OF_CORE
from lms.middlewares.personal_queries import PERSONAL as OF_MIDDLEWARES
from lms.processes.loading import load_tasks

_ROOT = Path(__file__).resolve().parent.parent
_LMS = _ROOT / "lms"
_SQL = _ROOT / "sql"
_FILES = {path.relative_to(_ROOT).as_posix(): path for path in sorted(_LMS.rglob("*.py"))}
_TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in _FILES.items()}

_NOT_DOMAINS = {
    "__init__.py", "__main__.py", "app.py", "settings.py", "errors.py", "permissions.py",
    "retention.py", "py.typed", "core", "middlewares", "processes", "tools",
}  # fmt: skip
# Which folder writes a table of another one, and why it may.
_GUESTS = {
    ("auth", "users"): "the password and the address of an account are what it signs in with",
    ("enrollments", "course_counters"): "a taken or freed seat is counted where it is taken",
    ("certificates", "jobs"): "a promise, in one statement with what caused it",
    ("webhooks", "jobs"): "a promise, in one statement with what caused it",
}


def _calls(tree: ast.AST, function: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == function
    ]


def _imports(name: str) -> Iterator[str]:
    """Every module that a file imports, and every name in one, which may be a module too."""
    for node in ast.walk(_TREES[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_routes_are_imported_by_their_domain_alone() -> None:
    declaring = {
        name.removesuffix(".py").replace("/", "."): f"{Path(name).parent.as_posix()}/domain.py"
        for name, tree in _TREES.items()
        if _calls(tree, "Routes")
    }
    assert len(declaring) > 20
    wrong = [
        f"{name} imports {module}"
        for name in _TREES
        for module in set(_imports(name)) & declaring.keys()
        if name != declaring[module]
    ]
    assert wrong == [], "what others need of it belongs in a module of its own"


def test_queries_stand_in_queries_modules() -> None:
    wrong = [
        name
        for name, tree in _TREES.items()
        if _calls(tree, "Query") and not name.endswith(("/queries.py", "_queries.py"))
    ]
    assert wrong == []


def test_query_constant_function_and_file_share_a_name() -> None:
    wrong = [
        f"{name}: {problem}"
        for name, tree in _TREES.items()
        if name.endswith(("/queries.py", "_queries.py"))
        and not name.endswith("/personal_queries.py")  # there a query is handed on as an object
        for problem in _misnamed(name, tree)
    ]
    assert wrong == []


def _misnamed(name: str, tree: ast.Module) -> Iterator[str]:
    declared = 0
    for node in tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not node.value:
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if _calls(node.value, "Query") != [node.value] or not isinstance(target, ast.Name):
            continue
        declared += 1
        file = ast.literal_eval(_calls(node.value, "Query")[0].args[0])
        function = target.id.removeprefix("_")
        if file != f"{Path(name).parent.relative_to('lms').as_posix()}/{function}":
            yield f"{target.id} is sql/{file}.sql"
        users = [
            getattr(part, "name", "the module")
            for part in tree.body
            for used in ast.walk(part)
            if isinstance(used, ast.Name)
            and used.id == target.id
            and isinstance(used.ctx, ast.Load)
        ]
        if set(users) != {function}:
            yield f"{target.id} is used by {sorted(set(users))}"
    # bin/explain reads whichever file it is asked about.
    asked = 1 if name == "lms/tools/bench/queries.py" else 0
    if len(_calls(tree, "Query")) != declared + asked:
        yield "a Query that is no constant of the module"


def test_every_folder_is_machinery_or_a_domain_of_the_application() -> None:
    found = {
        path.name
        for path in _LMS.iterdir()
        if path.name != "__pycache__" and (path.is_file() or any(path.rglob("*.py")))
    }
    assert found - _NOT_DOMAINS == set(DOMAINS)
    assert found >= _NOT_DOMAINS
    for name in DOMAINS:
        assert load_domain(name), f"lms/{name}/domain.py"


def test_every_promise_names_a_task_and_its_queue() -> None:
    load_tasks()
    wrong = []
    for name, tree in _TREES.items():
        for call in (*_calls(tree, "promise"), *_calls(tree, "promise_many")):
            queue, kind = (
                part.value if isinstance(part, ast.Constant) else None for part in call.args[1:3]
            )
            if kind is not None and (kind not in TASKS or TASKS[kind].queue != queue):
                wrong.append(f"{name}:{call.lineno} promises {kind} to {queue}")
    assert wrong == [], "no @task has this kind and queue"


async def test_foreign_keys_are_served_by_an_index(db: Pool) -> None:
    """Without one, deleting a row reads every row of the other table."""
    async with db.acquire() as connection:
        rows = await connection.fetch(
            "select c.conrelid::regclass::text as child, c.conname from pg_constraint c "
            "where c.contype = 'f' and not exists ("
            "  select from pg_index i where i.indrelid = c.conrelid "
            "  and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ 'IS NOT NULL') "
            "  and i.indkey[0] = any(c.conkey))"
        )
    missing = {f"{row['child']}.{row['conname']}" for row in rows}
    assert missing == set(), "add an index on the column"


_WRITE = re.compile(
    r"\b(?:insert\s+into|merge\s+into|delete\s+from|truncate(?:\s+table)?"
    r"|(?<!for )(?<!key )(?<!do )update)\s+(?:only\s+)?\"?([a-z_.]+)"
)


def _written_tables(sql: str) -> set[str]:
    return set(_WRITE.findall(re.sub(r"--.*|'[^']*'", "", sql.lower())))


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("insert into a (x) values (1) on conflict (x) do update set x = 2", {"a"}),
        (
            "with n as (\n  update b set x = 1 where y = 'delete from c'\n) delete\nfrom d",
            {"b", "d"},
        ),
        ("select x from a -- update b\nfor no key update of a", set()),
    ],
)
def test_written_tables_are_read_from_sql(sql: str, tables: set[str]) -> None:
    assert _written_tables(sql) == tables


def test_a_domain_writes_only_its_own_tables() -> None:
    owners = {table.name: "core" for table in OF_CORE}
    owners |= {table.name: "middlewares" for table in OF_MIDDLEWARES}
    for domain in DOMAINS:
        owners |= {table.name: domain for table in load_domain(domain).personal}
    foreign = {
        (folder, table): path.relative_to(_ROOT).as_posix()
        for path in sorted(_SQL.rglob("*.sql"))
        for folder in [path.relative_to(_SQL).parts[0]]
        if folder != "tools"  # what a person runs may make, mend and restore anything
        for table in _written_tables(path.read_text("utf-8"))
        if owners.get(table) != folder
    }
    assert {pair: path for pair, path in foreign.items() if pair not in _GUESTS} == {}
    assert foreign.keys() == _GUESTS.keys(), "a reason for what nobody does any more"
