// From a registration to a certificate: node learn.mjs http://127.0.0.1:8000
import { LmsClient, ProblemError } from "../dist/index.js";

const lms = new LmsClient({ baseUrl: process.argv[2] });
const email = `you.${Date.now()}@example.com`;
const password = "seven-green-teapots";
await lms.auth.register({ email, password, full_name: "You Yourself" });
const outcome = await lms.auth.login({ email, password });
console.log(outcome.outcome);

const [course] = (await lms.courses.list({ q: "learning" }).page()).items;
const enrollment = await lms.learning.enroll({ course_id: course.id });
const { lessons } = await lms.learning.getLearnerPage(course.id);
for (const lesson of lessons) {
  if (lesson.quiz_id === null) {
    await lms.learning.completeLesson(enrollment.id, lesson.id);
    continue;
  }
  const attempt = await lms.attempts.start(lesson.quiz_id);
  const answers = attempt.questions.map((question) => ({
    question_id: question.id,
    seq: 1,
    answer: question.type === "true_false" || question.options.find((one) => one.text === "One").id,
  }));
  const saved = await lms.attempts.saveAnswers(attempt.id, { answers });
  console.log(saved.answers.length, "answers are saved");
  console.log("passed:", (await lms.attempts.submit(attempt.id, { answers: [] })).passed);
}

let certificate;
do {
  await new Promise((done) => setTimeout(done, 500));
  [certificate] = await lms.certificates.listMy().all({ max: 1 });
} while (certificate?.status !== "issued");
console.log(await (await lms.certificates.download(certificate.id)).slice(0, 5).text());
console.log((await lms.certificates.verify(certificate.number)).status);

const whole = await lms.courses.get(course.id).withResponse();
console.log(whole.data.title, whole.etag !== null, whole.requestId !== null);
try {
  await lms.learning.enroll({ course_id: crypto.randomUUID() });
} catch (problem) {
  if (!(problem instanceof ProblemError)) throw problem;
  console.log(problem.name, problem.status, problem.code);
}
