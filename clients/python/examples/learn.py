"""From a registration to a certificate: `python learn.py http://127.0.0.1:8000`."""

import sys
import time
from typing import Any
from uuid import uuid4

from lms_client import Client, ProblemError
from lms_client.models import (
    AnswersToSave,
    AskedSingleChoiceQuestion,
    AskedTrueFalseQuestion,
    Attempt,
    GivenAnswer,
    Login,
    NewEnrollment,
    Registration,
    Submission,
)

email, password = f"you.{uuid4().hex[:8]}@example.com", "seven-green-teapots"


def answers_of(attempt: Attempt) -> list[GivenAnswer]:
    """The demo quiz: one thing at a time; and yes, it is."""
    given: list[GivenAnswer] = []
    for question in attempt.questions or ():
        answer: Any = None
        if isinstance(question, AskedTrueFalseQuestion):
            answer = True
        elif isinstance(question, AskedSingleChoiceQuestion):
            answer = next(one.id for one in question.options or () if one.text == "One")
        given.append(GivenAnswer(question_id=question.id, answer=answer, seq=1))
    return given


with Client(sys.argv[1]) as lms:
    lms.auth.register(Registration(email=email, password=password, full_name="You Yourself"))
    outcome = lms.auth.login(Login(email=email, password=password))
    print(outcome.outcome)

    course = next(iter(lms.courses.list(q="learning")))
    enrollment = lms.learning.enroll(NewEnrollment(course_id=course.id))
    page = lms.learning.get_learner_page(course.id)
    for lesson in page.lessons:
        if lesson.quiz_id is None:
            lms.learning.complete_lesson(enrollment.id, lesson.id)
            continue
        attempt = lms.attempts.start(lesson.quiz_id)
        answers = answers_of(attempt)
        saved = lms.attempts.save_answers(attempt.id, AnswersToSave(answers=answers))
        print(len(saved.answers), "answers are saved")
        print("passed:", lms.attempts.submit(attempt.id, Submission(answers=[])).passed)

    while (certificate := lms.certificates.list_my().page().items[0]).status != "issued":
        time.sleep(0.5)
    print(lms.certificates.download(certificate.id)[:5].decode())
    print(lms.certificates.verify(certificate.number).status)

    whole = lms.courses.get.with_response(course.id)
    print(whole.data.title, whole.etag is not None, whole.request_id is not None)
    try:
        lms.learning.enroll(NewEnrollment(course_id=uuid4()))
    except ProblemError as problem:
        print(type(problem).__name__, problem.status, problem.code)
