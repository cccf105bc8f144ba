"""The order in which the Postman collection calls every operation: somebody's days with the site.

Each line is an operation, who calls it, and what is special: `body` in place of the document's
example, `keep` for what later calls need (a variable, and its place in the reply), `status` where
the document's example has another.
"""

from dataclasses import dataclass, field
from typing import Any

PASSWORD = "learn-by-doing-7"  # noqa: S105 - of the demo accounts, and of the people made here


@dataclass(frozen=True)
class Step:
    operation: str
    who: str | None = None  # whose token is sent
    body: Any = None
    keep: dict[str, str] = field(default_factory=dict)
    status: tuple[int, ...] = ()
    query: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)  # path parameters that another variable has
    until: str | None = None  # repeat, a second apart, until this holds of what it `got`
    before: str | None = None  # a line of script


def _login(email: str, who: str) -> Step:
    keep = {f"{who}_token": "tokens.access_token", f"{who}_id": "user.id"}
    return Step("login", body={"email": email, "password": PASSWORD}, keep=keep)


_TEXT = {"title": "Watt", "content_type": "text", "content": "Condensers."}
_VIDEO = {
    "title": "Newcomen", "content_type": "video", "video_url": "https://media.example.com/n.mp4"
}  # fmt: skip
_GAPS = {
    "type": "cloze",
    "text": "[[who]] built an engine in [[year]].",
    "options": {"gaps": [{"id": "who", "type": "short_answer"}, {"id": "year", "type": "numeric"}]},
    "answer": {"who": {"accepted": ["Newcomen"]}, "year": {"value": "1712", "tolerance": "1"}},
}
_WRONG = "<not the token that was mailed>"

JOURNEY: dict[str, tuple[Step, ...]] = {
    "Sign in": (
        _login("admin@example.com", "admin"),
        _login("instructor@example.com", "teacher"),
        Step(
            "register",
            body={"email": "{{email}}", "password": PASSWORD, "full_name": "Nora New"},
            keep={
                "student_token": "tokens.access_token",
                "refresh_token": "tokens.refresh_token",
                "student_id": "user.id",
            },
            before='pm.collectionVariables.set("email", `nora.${Date.now()}@example.com`);',
        ),
        Step(
            "refresh",
            body={"refresh_token": "{{refresh_token}}"},
            keep={"student_token": "tokens.access_token"},
        ),
        Step("get_me", "student"),
        Step("update_me", "student"),
        Step("request_verification", "student"),
        Step("confirm_email", body={"token": _WRONG}, status=(400,)),
        Step("list_sessions", "student"),
    ),
    "Teach": (
        Step("create_course", "teacher", keep={"course_id": "id", "course": "slug"},
             body={
                 "title": "Steam engines", "description": "How they work.", "category": "history"}),
        Step("create_lesson", "teacher", keep={"lesson_id": "id"}, body=_TEXT),
        Step("create_lesson", "teacher", keep={"other_lesson_id": "id"}, body=_VIDEO),
        Step("reorder_lessons", "teacher", body={
            "course_id": "{{course_id}}", "lesson_ids": ["{{other_lesson_id}}", "{{lesson_id}}"]}),
        Step("update_lesson", "teacher", body={"title": "James Watt"}),
        Step("create_quiz", "teacher", keep={"quiz_id": "id"}, body={
            "course_id": "{{course_id}}", "title": "Steam", "show_results": "answers"}),
        Step("create_question", "teacher", keep={"question_id": "id"},
             body={"type": "true_false", "text": "Steam is hot.", "answer": True}),
        Step("create_question", "teacher", keep={"essay_id": "id"},
             body={"type": "essay", "text": "Tell us about Watt."}),
        Step("create_question", "teacher", keep={"heading_id": "id"},
             body={"type": "description", "text": "Now the names."}),
        Step("create_question", "teacher", keep={"cloze_id": "id"}, body=_GAPS),
        Step("import_questions", "teacher", keep={"imported_id": "results.0.question_id"}),
        Step("list_questions", "teacher"),
        Step("get_question", "teacher"),
        Step("update_question", "teacher", body={"text": "Steam is hot, is it not?"}),
        Step("reorder_questions", "teacher", body={
            "question_ids": ["{{essay_id}}", "{{question_id}}", "{{heading_id}}", "{{cloze_id}}",
                             "{{imported_id}}"]}),
        Step("delete_question", "teacher", ids={"question_id": "imported_id"}),
        Step("update_quiz", "teacher", body={"is_required": False}),
        Step("export_questions", "teacher", query={"format": "gift"}),
        Step("publish_quiz", "teacher"),
        Step("update_course", "teacher", body={"title": "Steam engines, and Watt"}),
        Step("publish_course", "teacher"),
        Step("create_webhook", "teacher", keep={"webhook_id": "id"}),
        Step("preview_certificate", "teacher"),
    ),
    "Learn": (
        Step("list_courses", "student", query={"q": "steam"}),
        Step("list_categories"),
        Step("get_course", "student"),
        Step("list_lessons", "student"),
        Step("enroll", "student", keep={"enrollment_id": "id"},
             body={"course_id": "{{course_id}}"}),
        Step("list_my_courses", "student"),
        Step("get_enrollment", "student"),
        Step("get_learner_page", "student"),
        Step("get_lesson", "student"),
        Step("report_progress", "student"),
        Step("merge_batch", "student", body={"events": [{
            "id": "{{$guid}}", "lesson_id": "{{lesson_id}}", "type": "completed",
            "occurred_at": "2026-11-01T10:00:00Z"}]}),
        Step("list_quizzes", "student"),
        Step("get_quiz", "student"),
        Step("extend", "teacher", ids={"user_id": "student_id"}, body={"extra_attempts": 1},
             status=(200, 409)),
        Step("start_attempt", "student", keep={"attempt_id": "id"}),
        Step("get_attempt", "student"),
        Step("save_answers", "student", body={"answers": [
            {"question_id": "{{question_id}}", "answer": True, "seq": 1},
            {"question_id": "{{essay_id}}", "answer": "He boiled.", "seq": 1}]}),
        Step("submit_attempt", "student"),
        Step("grade_attempt", "teacher",
             body={"grades": [{"question_id": "{{essay_id}}", "points": 1}]}),
        Step("list_attempts", "teacher"),
        Step("regrade", "teacher", body={"dry_run": True}),
        Step("get_statistics", "teacher"),
        Step("complete_lesson", "student", ids={"lesson_id": "other_lesson_id"}),
        Step("put_review", "student"),
        Step("list_reviews"),
    ),
    "Certificates": (
        Step("generate_certificate", "student", body={"enrollment_id": "{{enrollment_id}}"},
             status=(200, 202)),
        Step("list_my_certificates", "student", until='got[0].status === "issued"',
             keep={"certificate_id": "0.id", "number": "0.number"}),
        Step("get_certificate", "student"),
        Step("download_certificate", "student"),
        Step("verify_certificate"),
        Step("update_certificate", "student"),
        Step("download_public_certificate"),
        Step("reissue_certificate", "admin", keep={"reissued_id": "id"}),
        Step("list_my_certificates", "student",
             until='got.some((one) => one.status === "replaced")'),
        Step("revoke_certificate", "admin", ids={"certificate_id": "reissued_id"}),
    ),
    "Files": (
        Step("upload_file", "teacher", keep={"file_id": "id"}),
        Step("list_files", "teacher"),
        Step("get_file", "teacher"),
        Step("update_file", "teacher", body={"filename": "steam.txt"}),
        Step("download_file", "teacher"),
        Step("get_thumbnail", "teacher", status=(404,)),
        Step("get_avatar", "teacher", status=(404,)),
        Step("create_link", "teacher"),
        Step("create_direct_upload", "teacher", keep={"upload_id": "id", "upload_url": "url"},
             body={"filename": "note.txt", "size": 6, "is_public": False}),
        Step("receive_direct_upload"),
        Step("complete_direct_upload", "teacher", keep={"second_file_id": "id"}),
        Step("delete_file", "teacher"),
        Step("delete_file", "teacher", ids={"file_id": "second_file_id"}),
    ),
    "Administer": (
        Step("list_users", "admin"),
        Step("get_user", "admin", ids={"user_id": "student_id"}),
        Step("update_user", "admin", ids={"user_id": "student_id"}),
        Step("invite_user", "admin", keep={"invited_id": "id"},
             body={"email": "invited.{{$timestamp}}@example.com", "full_name": "Ivo Invited"}),
        Step("reset_mfa", "admin", ids={"user_id": "student_id"}, status=(409,)),
        Step("enroll_in_bulk", "teacher", keep={"job_id": "id"},
             body={"emails": ["ivo@example.com"]}),
        Step("get_job", "teacher"),
        Step("list_roster", "teacher"),
        Step("duplicate_course", "teacher", keep={"copy_id": "course.id"}),
        Step("update_course", "teacher", ids={"course": "copy_id"},
             body={"price": {"amount": 1999, "currency": "USD"}}),
        Step("publish_course", "teacher", ids={"course_id": "copy_id"}),
        Step("create_order", "student", keep={"order_id": "id"},
             body={"course_id": "{{copy_id}}"}),
        Step("list_orders", "admin"),
        Step("get_order", "student"),
        Step("mark_paid", "admin"),
        Step("refund_order", "admin"),
        Step("list_events", "admin"),
        Step("list_webhooks", "teacher"),
        Step("get_webhook", "teacher"),
        Step("rotate_secret", "teacher"),
        Step("test_webhook", "teacher", keep={"delivery_id": "id"}),
        Step("list_deliveries", "teacher"),
        Step("redeliver", "teacher"),
        Step("recover", "teacher"),
        Step("update_webhook", "teacher", body={"is_active": False}),
        Step("student_analytics", "student"),
        Step("instructor_analytics", "teacher"),
        Step("course_analytics", "teacher"),
        Step("course_report", "teacher"),
        Step("system_analytics", "admin"),
    ),
    "Look around": (
        Step("health"), Step("ready"), Step("metrics"), Step("show_start_page"),
        Step("get_openapi"), Step("get_docs"), Step("get_docs_file", ids={"file": "docs_file"}),
        Step("list_problems"), Step("get_problem", ids={"code": "problem_code"}),
        Step("list_mails"), Step("show_mails"), Step("verify_page"), Step("verify_email_page"),
        Step("verify_email_form", status=(200, 400, 422)), Step("reset_password_page"),
        Step("reset_password_form", status=(200, 400, 422)),
    ),
    "Take away": (
        Step("delete_webhook", "teacher"),
        Step("remove_lesson", "teacher"),
        Step("delete_quiz", "teacher", status=(204, 409)),
        Step("unpublish_course", "teacher", ids={"course_id": "copy_id"}),
        Step("archive_course", "teacher"),
        Step("create_course", "teacher", keep={"draft": "id"}, body={"title": "A draft"}),
        Step("delete_course", "teacher", ids={"course": "draft"}),
        Step("list_courses", "student", query={"q": "learning"}, keep={"demo_course_id": "0.id"}),
        Step("enroll", "student", keep={"second_enrollment_id": "id"},
             body={"course_id": "{{demo_course_id}}"}),
        Step("drop_enrollment", "student", ids={"enrollment_id": "second_enrollment_id"}),
    ),
    "Leave": (
        Step("forgot_password", body={"email": "nobody@example.com"}),
        Step("set_forgotten_password", status=(400,),
             body={"token": _WRONG, "new_password": "nine-red-bottles"}),
        Step("mfa_login", status=(400,), body={"mfa_token": _WRONG, "code": "123456"}),
        Step("set_up_mfa", "student", body={"password": PASSWORD}, status=(409,)),
        Step("enable_mfa", "student", status=(403, 409)),
        Step("renew_recovery_codes", "student", status=(409,)),
        Step("disable_mfa", "student", status=(409,)),
        Step("change_email", "student", body={
            "new_email": "new.{{$timestamp}}@example.com", "password": PASSWORD}),
        Step("change_password", "student", body={
            "current_password": PASSWORD, "new_password": "eight-blue-bottles"}),
        Step("export_me", "student"),
        Step("end_session", "student", ids={"session_id": "student_id"}, status=(404,)),
        Step("log_out_user", "admin", ids={"user_id": "invited_id"}),
        Step("erase_me", "student", body={"password": "eight-blue-bottles"}),
        Step("logout", "teacher", body={}),
        Step("logout_all", "admin"),
    ),
}  # fmt: skip
