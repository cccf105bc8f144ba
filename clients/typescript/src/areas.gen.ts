// The operations of the API, by area. Made by bin/sdk from the OpenAPI document; do not edit.

import { Area, type Call, type List, type CallOptions } from "./core.js";
import type * as T from "./generated/types.gen.js";

export class AnalyticsCalls extends Area {
  /** A course's figures: enrolments, completion, lessons, quizzes, ratings, students at risk. */
  course(courseId: string, query?: T.CourseAnalyticsData["query"], options?: CallOptions): Call<T.CourseAnalytics> {
    return this.send({ id: "course_analytics", method: "GET", path: "/api/v1/analytics/courses/{course_id}/analytics", reply: "data", isSigned: true }, { path: { course_id: courseId }, query }, options);
  }
  /** A course's figures as charts, to print or to send. */
  courseReport(courseId: string, query?: T.CourseReportData["query"], options?: CallOptions): Call<Blob> {
    return this.send({ id: "course_report", method: "GET", path: "/api/v1/analytics/courses/{course_id}/report.pdf", reply: "bytes", isSigned: true }, { path: { course_id: courseId }, query }, options);
  }
  /** My own courses taken together: enrolments, progress, ratings, quizzes, revenue. */
  instructor(query?: T.InstructorAnalyticsData["query"], options?: CallOptions): Call<T.InstructorAnalytics> {
    return this.send({ id: "instructor_analytics", method: "GET", path: "/api/v1/analytics/instructor", reply: "data", isSigned: true }, { query }, options);
  }
  /** My own learning: courses, progress, time, quizzes, streak, and activity over time. */
  student(query?: T.StudentAnalyticsData["query"], options?: CallOptions): Call<T.StudentAnalytics> {
    return this.send({ id: "student_analytics", method: "GET", path: "/api/v1/analytics/student", reply: "data", isSigned: true }, { query }, options);
  }
  /** The whole site: people, courses, enrolments, certificates, revenue, storage, queues. */
  system(query?: T.SystemAnalyticsData["query"], options?: CallOptions): Call<T.SystemAnalytics> {
    return this.send({ id: "system_analytics", method: "GET", path: "/api/v1/analytics/system", reply: "data", isSigned: true }, { query }, options);
  }
}

export class AttemptsCalls extends Area {
  /** Give a student more time or attempts; the deadline of an open attempt moves at once. */
  extend(quizId: string, userId: string, body: T.ExtensionChanges, options?: CallOptions): Call<T.Extension> {
    return this.send({ id: "extend", method: "PATCH", path: "/api/v1/quizzes/{quiz_id}/extensions/{user_id}", reply: "data", isSigned: true }, { path: { quiz_id: quizId, user_id: userId }, body }, options);
  }
  /** An attempt: while open, its questions and saved answers; then what `show_results` allows. */
  get(attemptId: string, options?: CallOptions): Call<T.Attempt> {
    return this.send({ id: "get_attempt", method: "GET", path: "/api/v1/attempts/{attempt_id}", reply: "data", isSigned: true }, { path: { attempt_id: attemptId } }, options);
  }
  /** Statistics of a quiz and each of its questions, as Moodle's quiz report defines them. */
  getStatistics(quizId: string, query?: T.GetStatisticsData["query"], options?: CallOptions): Call<T.Statistics> {
    return this.send({ id: "get_statistics", method: "GET", path: "/api/v1/quizzes/{quiz_id}/statistics", reply: "data", isSigned: true }, { path: { quiz_id: quizId }, query }, options);
  }
  /** Mark questions of a closed attempt; a person's mark replaces the machine's. */
  grade(attemptId: string, body: T.NewGrades, options?: CallOptions): Call<T.Attempt> {
    return this.send({ id: "grade_attempt", method: "POST", path: "/api/v1/attempts/{attempt_id}/grade", reply: "data", takesKey: true, isSigned: true }, { path: { attempt_id: attemptId }, body }, options);
  }
  /** My attempts at a quiz, the latest first; its owner sees everyone's. */
  list(quizId: string, query?: T.ListAttemptsData["query"], options?: CallOptions): List<T.AttemptSummary> {
    return this.pages({ id: "list_attempts", method: "GET", path: "/api/v1/quizzes/{quiz_id}/attempts", reply: "page", isSigned: true }, { path: { quiz_id: quizId }, query }, options);
  }
  /** Mark closed attempts again by the corrected questions; `dry_run` only lists the changes. */
  regrade(quizId: string, body: T.RegradeOrder, options?: CallOptions): Call<T.Regrade> {
    return this.send({ id: "regrade", method: "POST", path: "/api/v1/quizzes/{quiz_id}/regrade", reply: "data", takesKey: true, isSigned: true }, { path: { quiz_id: quizId }, body }, options);
  }
  /** Save answers; a saved answer is replaced only by one with a greater `seq`. */
  saveAnswers(attemptId: string, body: T.AnswersToSave, options?: CallOptions): Call<T.Saved> {
    return this.send({ id: "save_answers", method: "PATCH", path: "/api/v1/attempts/{attempt_id}/answers", reply: "data", isSigned: true }, { path: { attempt_id: attemptId }, body }, options);
  }
  /** Start an attempt; while one is open, this returns it. */
  start(quizId: string, options?: CallOptions): Call<T.Attempt> {
    return this.send({ id: "start_attempt", method: "POST", path: "/api/v1/quizzes/{quiz_id}/attempts", reply: "data", takesKey: true, isSigned: true }, { path: { quiz_id: quizId } }, options);
  }
  /** Close an attempt and mark it; after its time, only answers saved in time count. */
  submit(attemptId: string, body?: T.Submission, options?: CallOptions): Call<T.Attempt> {
    return this.send({ id: "submit_attempt", method: "POST", path: "/api/v1/attempts/{attempt_id}/submit", reply: "data", takesKey: true, isSigned: true }, { path: { attempt_id: attemptId }, body }, options);
  }
}

export class AuthCalls extends Area {
  /** Confirm an address with the token of a mail: of a registration, an account, a change. */
  confirmEmail(body: T.Confirmation, options?: CallOptions): Call<T.Confirmed> {
    return this.send({ id: "confirm_email", method: "POST", path: "/api/v1/auth/verify-email/confirm", reply: "data", takesKey: true }, { body }, options);
  }
  /** Turn the second factor off. */
  disableMfa(body: T.PasswordAndCode, options?: CallOptions): Call<void> {
    return this.send({ id: "disable_mfa", method: "POST", path: "/api/v1/auth/mfa/disable", reply: "nothing", takesKey: true, isSigned: true }, { body }, options);
  }
  /** Turn the second factor on with its first code; my other sessions end. */
  enableMfa(body: T.CodeOnly, options?: CallOptions): Call<T.NewRecoveryCodes> {
    return this.send({ id: "enable_mfa", method: "POST", path: "/api/v1/auth/mfa/enable", reply: "data", isSigned: true }, { body }, options);
  }
  /** End one of my sessions, its refresh token included. */
  endSession(sessionId: string, options?: CallOptions): Call<void> {
    return this.send({ id: "end_session", method: "DELETE", path: "/api/v1/auth/sessions/{session_id}", reply: "nothing", isSigned: true }, { path: { session_id: sessionId } }, options);
  }
  /** Ask for a mail with a link to set a new password; the answer is always the same. */
  forgotPassword(body: T.ForgotPassword, options?: CallOptions): Call<void> {
    return this.send({ id: "forgot_password", method: "POST", path: "/api/v1/auth/forgot-password", reply: "nothing", takesKey: true }, { body }, options);
  }
  /** Where I am signed in, the latest sign-in first. */
  listSessions(query?: T.ListSessionsData["query"], options?: CallOptions): List<T.Session> {
    return this.pages({ id: "list_sessions", method: "GET", path: "/api/v1/auth/sessions", reply: "page", isSigned: true }, { query }, options);
  }
  /** Sign in with e-mail and password; with a second factor, this is the first of two steps. */
  login(body: T.Login, options?: CallOptions): Call<T.LoginOutcome> {
    return this.send({ id: "login", method: "POST", path: "/api/v1/auth/login", reply: "data" }, { body }, options);
  }
  /** End this session, its refresh token included. */
  logout(body?: T.Logout, options?: CallOptions): Call<void> {
    return this.send({ id: "logout", method: "POST", path: "/api/v1/auth/logout", reply: "nothing" }, { body }, options);
  }
  /** End every session of mine. */
  logoutAll(options?: CallOptions): Call<void> {
    return this.send({ id: "logout_all", method: "POST", path: "/api/v1/auth/logout-all", reply: "nothing", isSigned: true }, {  }, options);
  }
  /** The second step: a code of the authenticator, or a recovery code. */
  mfaLogin(body: T.MfaLogin, options?: CallOptions): Call<T.SignInOutcome> {
    return this.send({ id: "mfa_login", method: "POST", path: "/api/v1/auth/mfa/login", reply: "data" }, { body }, options);
  }
  /** Exchange a refresh token for new tokens; each works once. */
  refresh(body?: T.Refresh, options?: CallOptions): Call<T.SignInOutcome> {
    return this.send({ id: "refresh", method: "POST", path: "/api/v1/auth/refresh", reply: "data" }, { body }, options);
  }
  /** Register as a student and sign in. */
  register(body: T.Registration, options?: CallOptions): Call<T.Registered | T.RegistrationPending> {
    return this.send({ id: "register", method: "POST", path: "/api/v1/auth/register", reply: "data" }, { body }, options);
  }
  /** A new set of recovery codes. */
  renewRecoveryCodes(body: T.PasswordAndCode, options?: CallOptions): Call<T.NewRecoveryCodes> {
    return this.send({ id: "renew_recovery_codes", method: "POST", path: "/api/v1/auth/mfa/recovery-codes", reply: "data", isSigned: true }, { body }, options);
  }
  /** Ask for a mail with a link that confirms my address. */
  requestVerification(options?: CallOptions): Call<void> {
    return this.send({ id: "request_verification", method: "POST", path: "/api/v1/auth/verify-email/request", reply: "nothing", takesKey: true, isSigned: true }, {  }, options);
  }
  /** Set a password with the token of a mail; every session ends, a second factor stays. */
  setForgottenPassword(body: T.PasswordReset, options?: CallOptions): Call<void> {
    return this.send({ id: "set_forgotten_password", method: "POST", path: "/api/v1/auth/reset-password", reply: "nothing", takesKey: true }, { body }, options);
  }
  /** A new secret for an authenticator; it is not used until a first code has proved it. */
  setUpMfa(body: T.PasswordOnly, options?: CallOptions): Call<T.MfaSetup> {
    return this.send({ id: "set_up_mfa", method: "POST", path: "/api/v1/auth/mfa/setup", reply: "data", isSigned: true }, { body }, options);
  }
}

export class CertificatesCalls extends Area {
  /** The certificate as a PDF. */
  download(certificateId: string, options?: CallOptions): Call<Blob> {
    return this.send({ id: "download_certificate", method: "GET", path: "/api/v1/certificates/{certificate_id}/download", reply: "bytes", isSigned: true }, { path: { certificate_id: certificateId } }, options);
  }
  /** The latest certificate of a completed enrolment: 202 while it is being made. */
  generate(body: T.CertificateRequest, options?: CallOptions): Call<T.Certificate> {
    return this.send({ id: "generate_certificate", method: "POST", path: "/api/v1/certificates/generate", reply: "data", takesKey: true, isSigned: true }, { body }, options);
  }
  /** A certificate; for its owner and the course's teacher. */
  get(certificateId: string, options?: CallOptions): Call<T.Certificate> {
    return this.send({ id: "get_certificate", method: "GET", path: "/api/v1/certificates/{certificate_id}", reply: "data", isSigned: true }, { path: { certificate_id: certificateId } }, options);
  }
  /** My certificates, the latest first, and those that they replaced. */
  listMy(query?: T.ListMyCertificatesData["query"], options?: CallOptions): List<T.Certificate> {
    return this.pages({ id: "list_my_certificates", method: "GET", path: "/api/v1/certificates/my-certificates", reply: "page", isSigned: true }, { query }, options);
  }
  /** A preview of this course's certificates, with a placeholder for the student's name. */
  preview(courseId: string, options?: CallOptions): Call<Blob> {
    return this.send({ id: "preview_certificate", method: "GET", path: "/api/v1/courses/{course_id}/certificate-preview", reply: "bytes", isSigned: true }, { path: { course_id: courseId } }, options);
  }
  /** Put a certificate right, also a revoked one: a new one with a number of its own replaces it. */
  reissue(certificateId: string, body: T.Reissue, options?: CallOptions): Call<T.Certificate> {
    return this.send({ id: "reissue_certificate", method: "POST", path: "/api/v1/certificates/{certificate_id}/reissue", reply: "data", takesKey: true, isSigned: true }, { path: { certificate_id: certificateId }, body }, options);
  }
  /** Revoke a certificate: whoever verifies it is told, and its PDF says so on every page. */
  revoke(certificateId: string, body: T.Revocation, options?: CallOptions): Call<T.Certificate> {
    return this.send({ id: "revoke_certificate", method: "POST", path: "/api/v1/certificates/{certificate_id}/revoke", reply: "data", takesKey: true, isSigned: true }, { path: { certificate_id: certificateId }, body }, options);
  }
  /** Let anyone who verifies your certificate read the PDF too, or let them no longer. */
  update(certificateId: string, body: T.CertificateChanges, options?: CallOptions): Call<T.Certificate> {
    return this.send({ id: "update_certificate", method: "PATCH", path: "/api/v1/certificates/{certificate_id}", reply: "data", isSigned: true }, { path: { certificate_id: certificateId }, body }, options);
  }
  /** Whether a certificate is genuine; anyone may ask. */
  verify(number: string, options?: CallOptions): Call<T.Verification> {
    return this.send({ id: "verify_certificate", method: "GET", path: "/api/v1/certificates/verify/{number}", reply: "data", isSigned: true }, { path: { number: number } }, options);
  }
}

export class CoursesCalls extends Area {
  /** Close a course to new students; enrolled students can go on. */
  archive(courseId: string, options?: CallOptions): Call<T.Course> {
    return this.send({ id: "archive_course", method: "POST", path: "/api/v1/courses/{course_id}/archive", reply: "data", takesKey: true, isSigned: true }, { path: { course_id: courseId } }, options);
  }
  /** Create a course; it starts as a draft that only you see. */
  create(body: T.NewCourse, options?: CallOptions): Call<T.Course> {
    return this.send({ id: "create_course", method: "POST", path: "/api/v1/courses", reply: "data", takesKey: true, isSigned: true }, { body }, options);
  }
  /** Delete a course that nobody is enrolled in. */
  delete(course: string, options?: CallOptions): Call<void> {
    return this.send({ id: "delete_course", method: "DELETE", path: "/api/v1/courses/{course}", reply: "nothing", isSigned: true }, { path: { course: course } }, options);
  }
  /** Copy a course with its lessons and quizzes; nobody is enrolled in the copy. */
  duplicate(courseId: string, options?: CallOptions): Call<T.CourseCopy> {
    return this.send({ id: "duplicate_course", method: "POST", path: "/api/v1/courses/{course_id}/duplicate", reply: "data", takesKey: true, isSigned: true }, { path: { course_id: courseId } }, options);
  }
  /** A course, by its id or its slug. */
  get(course: string, options?: CallOptions): Call<T.Course> {
    return this.send({ id: "get_course", method: "GET", path: "/api/v1/courses/{course}", reply: "data", isSigned: true }, { path: { course: course } }, options);
  }
  /** The catalogue, newest first; authors also see their own drafts and archived courses. */
  list(query?: T.ListCoursesData["query"], options?: CallOptions): List<T.Course> {
    return this.pages({ id: "list_courses", method: "GET", path: "/api/v1/courses", reply: "page", isSigned: true }, { query }, options);
  }
  /** The categories of published courses and how many courses each has. */
  listCategories(options?: CallOptions): Call<Array<T.Category>> {
    return this.send({ id: "list_categories", method: "GET", path: "/api/v1/courses/categories", reply: "list", isSigned: true }, {  }, options);
  }
  /** Open a course to students, if nothing is missing. */
  publish(courseId: string, options?: CallOptions): Call<T.Course> {
    return this.send({ id: "publish_course", method: "POST", path: "/api/v1/courses/{course_id}/publish", reply: "data", takesKey: true, isSigned: true }, { path: { course_id: courseId } }, options);
  }
  /** Make a course a draft again; enrolled students can go on. */
  unpublish(courseId: string, options?: CallOptions): Call<T.Course> {
    return this.send({ id: "unpublish_course", method: "POST", path: "/api/v1/courses/{course_id}/unpublish", reply: "data", takesKey: true, isSigned: true }, { path: { course_id: courseId } }, options);
  }
  /** Change a course; what is not named stays. Admins may give it to another teacher. */
  update(course: string, body: T.CourseChanges, options?: CallOptions): Call<T.Course> {
    return this.send({ id: "update_course", method: "PATCH", path: "/api/v1/courses/{course}", reply: "data", isSigned: true }, { path: { course: course }, body }, options);
  }
}

export class EventsCalls extends Area {
  /** What happened, oldest first; admins see everything, instructors their own courses. */
  list(query?: T.ListEventsData["query"], options?: CallOptions): List<T.LearningEvent> {
    return this.pages({ id: "list_events", method: "GET", path: "/api/v1/events", reply: "page", isSigned: true }, { query }, options);
  }
}

export class FilesCalls extends Area {
  /** Begin an upload that goes straight to the storage. */
  beginUpload(body: T.NewDirectUpload, options?: CallOptions): Call<T.DirectUpload> {
    return this.send({ id: "create_direct_upload", method: "POST", path: "/api/v1/files/uploads", reply: "data", isSigned: true }, { body }, options);
  }
  /** Check what was sent straight to the storage, and make it a file. */
  completeUpload(uploadId: string, options?: CallOptions): Call<T.LearningFile> {
    return this.send({ id: "complete_direct_upload", method: "POST", path: "/api/v1/files/uploads/{upload_id}/complete", reply: "data", takesKey: true, isSigned: true }, { path: { upload_id: uploadId } }, options);
  }
  /** A link that needs no login; for everyone who may read the file. */
  createLink(fileId: string, body?: T.NewLink, options?: CallOptions): Call<T.Link> {
    return this.send({ id: "create_link", method: "POST", path: "/api/v1/files/{file_id}/link", reply: "data", isSigned: true }, { path: { file_id: fileId }, body }, options);
  }
  /** Delete a file that nothing shows; its links end with it. */
  delete(fileId: string, options?: CallOptions): Call<void> {
    return this.send({ id: "delete_file", method: "DELETE", path: "/api/v1/files/{file_id}", reply: "nothing", isSigned: true }, { path: { file_id: fileId } }, options);
  }
  /** The file itself, whole or in ranges; for those who may read it, or with a signed link. */
  download(fileId: string, query?: T.DownloadFileData["query"], options?: CallOptions): Call<Blob> {
    return this.send({ id: "download_file", method: "GET", path: "/api/v1/files/{file_id}/download", reply: "bytes", isSigned: true }, { path: { file_id: fileId }, query }, options);
  }
  /** What is known of a file; for everyone who may read it. */
  get(fileId: string, options?: CallOptions): Call<T.LearningFile> {
    return this.send({ id: "get_file", method: "GET", path: "/api/v1/files/{file_id}", reply: "data", isSigned: true }, { path: { file_id: fileId } }, options);
  }
  /** An image of a person: at most 512 × 512, re-encoded without metadata. */
  getAvatar(fileId: string, query?: T.GetAvatarData["query"], options?: CallOptions): Call<Blob> {
    return this.send({ id: "get_avatar", method: "GET", path: "/api/v1/files/{file_id}/avatar", reply: "bytes", isSigned: true }, { path: { file_id: fileId }, query }, options);
  }
  /** An image for a course's card: at most 1280 × 1280, re-encoded without metadata. */
  getThumbnail(fileId: string, query?: T.GetThumbnailData["query"], options?: CallOptions): Call<Blob> {
    return this.send({ id: "get_thumbnail", method: "GET", path: "/api/v1/files/{file_id}/thumbnail", reply: "bytes", isSigned: true }, { path: { file_id: fileId }, query }, options);
  }
  /** My files, the latest first; admins see everyone's. */
  list(query?: T.ListFilesData["query"], options?: CallOptions): List<T.LearningFile> {
    return this.pages({ id: "list_files", method: "GET", path: "/api/v1/files", reply: "page", isSigned: true }, { query }, options);
  }
  /** Rename a file, within its type, or change whether everyone may read it. */
  update(fileId: string, body: T.FileChanges, options?: CallOptions): Call<T.LearningFile> {
    return this.send({ id: "update_file", method: "PATCH", path: "/api/v1/files/{file_id}", reply: "data", isSigned: true }, { path: { file_id: fileId }, body }, options);
  }
}

export class LearningCalls extends Area {
  /** Mark a lesson as done; the last one completes the course. Repeating changes nothing. */
  completeLesson(enrollmentId: string, lessonId: string, options?: CallOptions): Call<T.LessonCompletion> {
    return this.send({ id: "complete_lesson", method: "POST", path: "/api/v1/enrollments/{enrollment_id}/lessons/{lesson_id}/complete", reply: "data", takesKey: true, isSigned: true }, { path: { enrollment_id: enrollmentId, lesson_id: lessonId } }, options);
  }
  /** Leave a course; the progress is kept for coming back. */
  drop(enrollmentId: string, query?: T.DropEnrollmentData["query"], options?: CallOptions): Call<void> {
    return this.send({ id: "drop_enrollment", method: "DELETE", path: "/api/v1/enrollments/{enrollment_id}", reply: "nothing", isSigned: true }, { path: { enrollment_id: enrollmentId }, query }, options);
  }
  /** Enrol in a published course. Repeating it returns the same enrolment. */
  enroll(body: T.NewEnrollment, options?: CallOptions): Call<T.Enrollment> {
    return this.send({ id: "enroll", method: "POST", path: "/api/v1/enrollments", reply: "data", takesKey: true, isSigned: true }, { body }, options);
  }
  /** Enrol many people by e-mail address: at once, or once they have proved the address. */
  enrollInBulk(courseId: string, body: T.NewBulkEnrollment, query?: T.EnrollInBulkData["query"], options?: CallOptions): Call<T.Job> {
    return this.send({ id: "enroll_in_bulk", method: "POST", path: "/api/v1/courses/{course_id}/enrollments/bulk", reply: "data", takesKey: true, isSigned: true }, { path: { course_id: courseId }, query, body }, options);
  }
  /** An enrolment with the progress of each lesson; for its student and the teacher. */
  get(enrollmentId: string, options?: CallOptions): Call<T.EnrollmentWithLessons> {
    return this.send({ id: "get_enrollment", method: "GET", path: "/api/v1/enrollments/{enrollment_id}", reply: "data", isSigned: true }, { path: { enrollment_id: enrollmentId } }, options);
  }
  /** How far a bulk enrolment is, with the result of each row; for the course's teacher. */
  getJob(jobId: string, options?: CallOptions): Call<T.Job> {
    return this.send({ id: "get_job", method: "GET", path: "/api/v1/jobs/{job_id}", reply: "data", isSigned: true }, { path: { job_id: jobId } }, options);
  }
  /** The whole page of a course: outline, progress, quizzes, the next lesson, certificate. */
  getLearnerPage(courseId: string, options?: CallOptions): Call<T.LearnerPage> {
    return this.send({ id: "get_learner_page", method: "GET", path: "/api/v1/courses/{course_id}/learn", reply: "data", isSigned: true }, { path: { course_id: courseId } }, options);
  }
  /** My enrolments: by newest, by last work in them, by progress, or by title. */
  listMyCourses(query?: T.ListMyCoursesData["query"], options?: CallOptions): List<T.Enrollment> {
    return this.pages({ id: "list_my_courses", method: "GET", path: "/api/v1/enrollments/my-courses", reply: "page", isSigned: true }, { query }, options);
  }
  /** Who is enrolled in a course, and how far; for its teacher. */
  listRoster(courseId: string, query?: T.ListRosterData["query"], options?: CallOptions): List<T.RosterEntry> {
    return this.pages({ id: "list_roster", method: "GET", path: "/api/v1/courses/{course_id}/enrollments", reply: "page", isSigned: true }, { path: { course_id: courseId }, query }, options);
  }
  /** Merge work that was done offline, in any order; sending it again changes nothing. */
  mergeBatch(enrollmentId: string, body: T.ProgressBatch, options?: CallOptions): Call<T.BatchResult> {
    return this.send({ id: "merge_batch", method: "POST", path: "/api/v1/enrollments/{enrollment_id}/progress/batch", reply: "data", takesKey: true, isSigned: true }, { path: { enrollment_id: enrollmentId }, body }, options);
  }
  /** Report time, position and watched parts; no more time than since the last report. */
  reportProgress(enrollmentId: string, lessonId: string, body: T.ProgressReport, options?: CallOptions): Call<T.LessonCompletion> {
    return this.send({ id: "report_progress", method: "PATCH", path: "/api/v1/enrollments/{enrollment_id}/lessons/{lesson_id}/progress", reply: "data", takesKey: true, isSigned: true }, { path: { enrollment_id: enrollmentId, lesson_id: lessonId }, body }, options);
  }
}

export class LessonsCalls extends Area {
  /** Add a lesson at the end of a course. */
  create(courseId: string, body: T.NewLesson, options?: CallOptions): Call<T.Lesson> {
    return this.send({ id: "create_lesson", method: "POST", path: "/api/v1/courses/{course_id}/lessons", reply: "data", takesKey: true, isSigned: true }, { path: { course_id: courseId }, body }, options);
  }
  /** A lesson; without the right to read it, only its entry in the outline. */
  get(lessonId: string, options?: CallOptions): Call<T.Lesson> {
    return this.send({ id: "get_lesson", method: "GET", path: "/api/v1/lessons/{lesson_id}", reply: "data", isSigned: true }, { path: { lesson_id: lessonId } }, options);
  }
  /** A course's lessons in their order; those that you may not read yet are locked. */
  list(courseId: string, query?: T.ListLessonsData["query"], options?: CallOptions): List<T.Lesson> {
    return this.pages({ id: "list_lessons", method: "GET", path: "/api/v1/courses/{course_id}/lessons", reply: "page", isSigned: true }, { path: { course_id: courseId }, query }, options);
  }
  /** Take a lesson out of its course; students' work in it is kept but no longer counted. */
  remove(lessonId: string, options?: CallOptions): Call<void> {
    return this.send({ id: "remove_lesson", method: "DELETE", path: "/api/v1/lessons/{lesson_id}", reply: "nothing", isSigned: true }, { path: { lesson_id: lessonId } }, options);
  }
  /** Put a course's lessons into a new order; names each of them once. */
  reorder(body: T.NewLessonOrder, options?: CallOptions): Call<Array<T.Lesson>> {
    return this.send({ id: "reorder_lessons", method: "PATCH", path: "/api/v1/lessons/reorder", reply: "list", isSigned: true }, { body }, options);
  }
  /** Change a lesson; what is not named stays. */
  update(lessonId: string, body: T.LessonChanges, options?: CallOptions): Call<T.Lesson> {
    return this.send({ id: "update_lesson", method: "PATCH", path: "/api/v1/lessons/{lesson_id}", reply: "data", isSigned: true }, { path: { lesson_id: lessonId }, body }, options);
  }
}

export class OrdersCalls extends Area {
  /** Order a course at its price. While the order is pending, ordering again updates its price. */
  create(body: T.NewCourseOrder, options?: CallOptions): Call<T.Order> {
    return this.send({ id: "create_order", method: "POST", path: "/api/v1/orders", reply: "data", takesKey: true, isSigned: true }, { body }, options);
  }
  /** An order; for its student and admins. */
  get(orderId: string, options?: CallOptions): Call<T.Order> {
    return this.send({ id: "get_order", method: "GET", path: "/api/v1/orders/{order_id}", reply: "data", isSigned: true }, { path: { order_id: orderId } }, options);
  }
  /** My orders, the latest first; an admin sees everybody's. */
  list(query?: T.ListOrdersData["query"], options?: CallOptions): List<T.Order> {
    return this.pages({ id: "list_orders", method: "GET", path: "/api/v1/orders", reply: "page", isSigned: true }, { query }, options);
  }
  /** Note that the money has arrived. Repeating it with the same reference changes nothing. */
  markPaid(orderId: string, body: T.Payment, options?: CallOptions): Call<T.Order> {
    return this.send({ id: "mark_paid", method: "POST", path: "/api/v1/orders/{order_id}/mark-paid", reply: "data", takesKey: true, isSigned: true }, { path: { order_id: orderId }, body }, options);
  }
  /** Give the money back: the enrolment is dropped and keeps its progress, the content is locked. */
  refund(orderId: string, options?: CallOptions): Call<T.Order> {
    return this.send({ id: "refund_order", method: "POST", path: "/api/v1/orders/{order_id}/refund", reply: "data", takesKey: true, isSigned: true }, { path: { order_id: orderId } }, options);
  }
}

export class QuestionsCalls extends Area {
  /** Add a question at the end of a quiz; in a draft it may be unfinished. */
  create(quizId: string, body: T.NewQuestion, options?: CallOptions): Call<T.Question> {
    return this.send({ id: "create_question", method: "POST", path: "/api/v1/quizzes/{quiz_id}/questions", reply: "data", takesKey: true, isSigned: true }, { path: { quiz_id: quizId }, body }, options);
  }
  /** Take a question out of its quiz; attempts that asked it keep it. */
  delete(questionId: string, options?: CallOptions): Call<void> {
    return this.send({ id: "delete_question", method: "DELETE", path: "/api/v1/questions/{question_id}", reply: "nothing", isSigned: true }, { path: { question_id: questionId } }, options);
  }
  /** A quiz's questions as a file, which an import reads to equal questions. */
  export(quizId: string, query?: T.ExportQuestionsData["query"], options?: CallOptions): Call<Blob> {
    return this.send({ id: "export_questions", method: "GET", path: "/api/v1/quizzes/{quiz_id}/export", reply: "bytes", isSigned: true }, { path: { quiz_id: quizId }, query }, options);
  }
  /** A question with its key. */
  get(questionId: string, options?: CallOptions): Call<T.Question> {
    return this.send({ id: "get_question", method: "GET", path: "/api/v1/questions/{question_id}", reply: "data", isSigned: true }, { path: { question_id: questionId } }, options);
  }
  /** Add the questions of a GIFT, Moodle XML or CSV file at the end of a quiz. */
  import(quizId: string, body: T.ImportOrder, options?: CallOptions): Call<T.QuestionImport> {
    return this.send({ id: "import_questions", method: "POST", path: "/api/v1/quizzes/{quiz_id}/questions/import", reply: "data", takesKey: true, isSigned: true }, { path: { quiz_id: quizId }, body }, options);
  }
  /** A quiz's questions with their keys, in their order. */
  list(quizId: string, query?: T.ListQuestionsData["query"], options?: CallOptions): List<T.Question> {
    return this.pages({ id: "list_questions", method: "GET", path: "/api/v1/quizzes/{quiz_id}/questions", reply: "page", isSigned: true }, { path: { quiz_id: quizId }, query }, options);
  }
  /** Put a quiz's questions into a new order; names each of them once. */
  reorder(quizId: string, body: T.NewQuestionOrder, options?: CallOptions): Call<Array<T.Question>> {
    return this.send({ id: "reorder_questions", method: "PATCH", path: "/api/v1/quizzes/{quiz_id}/questions/reorder", reply: "list", isSigned: true }, { path: { quiz_id: quizId }, body }, options);
  }
  /** Change a question; attempts keep it as they asked it, until they are regraded. */
  update(questionId: string, body: T.QuestionChanges, options?: CallOptions): Call<T.Question> {
    return this.send({ id: "update_question", method: "PATCH", path: "/api/v1/questions/{question_id}", reply: "data", isSigned: true }, { path: { question_id: questionId }, body }, options);
  }
}

export class QuizzesCalls extends Area {
  /** Create a quiz in a course; students see it once it is published. */
  create(body: T.NewQuiz, options?: CallOptions): Call<T.Quiz> {
    return this.send({ id: "create_quiz", method: "POST", path: "/api/v1/quizzes", reply: "data", takesKey: true, isSigned: true }, { body }, options);
  }
  /** Delete a quiz that nobody attempted and no lesson shows. */
  delete(quizId: string, options?: CallOptions): Call<void> {
    return this.send({ id: "delete_quiz", method: "DELETE", path: "/api/v1/quizzes/{quiz_id}", reply: "nothing", isSigned: true }, { path: { quiz_id: quizId } }, options);
  }
  /** A quiz, without its questions; limit and window are those that hold for you. */
  get(quizId: string, options?: CallOptions): Call<T.Quiz> {
    return this.send({ id: "get_quiz", method: "GET", path: "/api/v1/quizzes/{quiz_id}", reply: "data", isSigned: true }, { path: { quiz_id: quizId } }, options);
  }
  /** The quizzes of a course, or of all courses, the oldest first. */
  list(query?: T.ListQuizzesData["query"], options?: CallOptions): List<T.Quiz> {
    return this.pages({ id: "list_quizzes", method: "GET", path: "/api/v1/quizzes", reply: "page", isSigned: true }, { query }, options);
  }
  /** Open a quiz to the course's students, if every question is finished. */
  publish(quizId: string, options?: CallOptions): Call<T.Quiz> {
    return this.send({ id: "publish_quiz", method: "POST", path: "/api/v1/quizzes/{quiz_id}/publish", reply: "data", takesKey: true, isSigned: true }, { path: { quiz_id: quizId } }, options);
  }
  /** Change a quiz; what is not named stays. */
  update(quizId: string, body: T.QuizChanges, options?: CallOptions): Call<T.Quiz> {
    return this.send({ id: "update_quiz", method: "PATCH", path: "/api/v1/quizzes/{quiz_id}", reply: "data", isSigned: true }, { path: { quiz_id: quizId }, body }, options);
  }
}

export class ReviewsCalls extends Area {
  /** What students say about a course, the newest first; for everyone who sees the course. */
  list(courseId: string, query?: T.ListReviewsData["query"], options?: CallOptions): List<T.Review> {
    return this.pages({ id: "list_reviews", method: "GET", path: "/api/v1/courses/{course_id}/reviews", reply: "page", isSigned: true }, { path: { course_id: courseId }, query }, options);
  }
  /** Write your review of a course, or replace it; for students with 20 % progress. */
  put(courseId: string, body: T.OwnReview, options?: CallOptions): Call<T.Review> {
    return this.send({ id: "put_review", method: "PUT", path: "/api/v1/courses/{course_id}/reviews", reply: "data", isSigned: true }, { path: { course_id: courseId }, body }, options);
  }
}

export class UsersCalls extends Area {
  /** Change my address. It takes effect once the new one is confirmed; the old one gets a mail. */
  changeEmail(body: T.NewAddress, options?: CallOptions): Call<void> {
    return this.send({ id: "change_email", method: "POST", path: "/api/v1/users/me/email", reply: "nothing", takesKey: true, isSigned: true }, { body }, options);
  }
  /** Change my password; my other sessions end. With a second factor it takes a `code` as well. */
  changePassword(body: T.PasswordChange, options?: CallOptions): Call<void> {
    return this.send({ id: "change_password", method: "POST", path: "/api/v1/users/me/password", reply: "nothing", takesKey: true, isSigned: true }, { body }, options);
  }
  /** Erase my account: it cannot be undone. */
  eraseMe(body: T.Erasure, options?: CallOptions): Call<void> {
    return this.send({ id: "erase_me", method: "DELETE", path: "/api/v1/users/me", reply: "nothing", isSigned: true }, { body }, options);
  }
  /** All of my data: a ZIP with a JSON file for each kind. */
  exportMe(options?: CallOptions): Call<Blob> {
    return this.send({ id: "export_me", method: "GET", path: "/api/v1/users/me/export", reply: "bytes", isSigned: true }, {  }, options);
  }
  /** A person. */
  get(userId: string, options?: CallOptions): Call<T.User> {
    return this.send({ id: "get_user", method: "GET", path: "/api/v1/users/{user_id}", reply: "data", isSigned: true }, { path: { user_id: userId } }, options);
  }
  /** My account. */
  getMe(options?: CallOptions): Call<T.User> {
    return this.send({ id: "get_me", method: "GET", path: "/api/v1/users/me", reply: "data", isSigned: true }, {  }, options);
  }
  /** Make an account and mail an invitation, whose link sets the password. */
  invite(body: T.NewUser, options?: CallOptions): Call<T.User> {
    return this.send({ id: "invite_user", method: "POST", path: "/api/v1/users", reply: "data", takesKey: true, isSigned: true }, { body }, options);
  }
  /** Everyone, the newest first; `q` is a part of the name or the address. */
  list(query?: T.ListUsersData["query"], options?: CallOptions): List<T.User> {
    return this.pages({ id: "list_users", method: "GET", path: "/api/v1/users", reply: "page", isSigned: true }, { query }, options);
  }
  /** End every session of someone, who is told. */
  logOut(userId: string, body?: T.OptionalReason, options?: CallOptions): Call<void> {
    return this.send({ id: "log_out_user", method: "POST", path: "/api/v1/users/{user_id}/logout-all", reply: "nothing", takesKey: true, isSigned: true }, { path: { user_id: userId }, body }, options);
  }
  /** Take away the second factor of someone who lost it; their sessions end, and they are told. */
  resetMfa(userId: string, body: T.GivenReason, options?: CallOptions): Call<void> {
    return this.send({ id: "reset_mfa", method: "POST", path: "/api/v1/users/{user_id}/mfa/reset", reply: "nothing", takesKey: true, isSigned: true }, { path: { user_id: userId }, body }, options);
  }
  /** Change someone's role or name, or disable them, which signs them out everywhere. */
  update(userId: string, body: T.UserChanges, options?: CallOptions): Call<T.User> {
    return this.send({ id: "update_user", method: "PATCH", path: "/api/v1/users/{user_id}", reply: "data", isSigned: true }, { path: { user_id: userId }, body }, options);
  }
  /** Change my account; what is not named stays. */
  updateMe(body: T.MyChanges, options?: CallOptions): Call<T.User> {
    return this.send({ id: "update_me", method: "PATCH", path: "/api/v1/users/me", reply: "data", isSigned: true }, { body }, options);
  }
}

export class WebhooksCalls extends Area {
  /** Have events sent to a URL; instructors are told of their own courses, admins of all. */
  create(body: T.NewWebhook, options?: CallOptions): Call<T.WebhookWithSecret> {
    return this.send({ id: "create_webhook", method: "POST", path: "/api/v1/webhooks", reply: "data", isSigned: true }, { body }, options);
  }
  /** Delete a webhook with its deliveries. */
  delete(webhookId: string, options?: CallOptions): Call<void> {
    return this.send({ id: "delete_webhook", method: "DELETE", path: "/api/v1/webhooks/{webhook_id}", reply: "nothing", isSigned: true }, { path: { webhook_id: webhookId } }, options);
  }
  /** A webhook, without its secret. */
  get(webhookId: string, options?: CallOptions): Call<T.Webhook> {
    return this.send({ id: "get_webhook", method: "GET", path: "/api/v1/webhooks/{webhook_id}", reply: "data", isSigned: true }, { path: { webhook_id: webhookId } }, options);
  }
  /** My webhooks, the latest first; admins see everybody's. */
  list(query?: T.ListWebhooksData["query"], options?: CallOptions): List<T.Webhook> {
    return this.pages({ id: "list_webhooks", method: "GET", path: "/api/v1/webhooks", reply: "page", isSigned: true }, { query }, options);
  }
  /** What was sent and how it went, the latest first. */
  listDeliveries(webhookId: string, query?: T.ListDeliveriesData["query"], options?: CallOptions): List<T.Delivery> {
    return this.pages({ id: "list_deliveries", method: "GET", path: "/api/v1/webhooks/{webhook_id}/deliveries", reply: "page", isSigned: true }, { path: { webhook_id: webhookId }, query }, options);
  }
  /** Send every event since then that failed, or was not sent while this was disabled. */
  recover(webhookId: string, body: T.Recovery, options?: CallOptions): Call<T.Recovered> {
    return this.send({ id: "recover", method: "POST", path: "/api/v1/webhooks/{webhook_id}/recover", reply: "data", takesKey: true, isSigned: true }, { path: { webhook_id: webhookId }, body }, options);
  }
  /** Send an event again, whether or not it was delivered, with the same webhook-id. */
  redeliver(deliveryId: string, options?: CallOptions): Call<T.Delivery> {
    return this.send({ id: "redeliver", method: "POST", path: "/api/v1/webhooks/deliveries/{delivery_id}/redeliver", reply: "data", takesKey: true, isSigned: true }, { path: { delivery_id: deliveryId } }, options);
  }
  /** A new secret; for 24 hours each request is signed with both. */
  rotateSecret(webhookId: string, options?: CallOptions): Call<T.WebhookWithSecret> {
    return this.send({ id: "rotate_secret", method: "POST", path: "/api/v1/webhooks/{webhook_id}/rotate-secret", reply: "data", isSigned: true }, { path: { webhook_id: webhookId } }, options);
  }
  /** Send an event of type `webhook.test`, which does not appear in the event log. */
  test(webhookId: string, options?: CallOptions): Call<T.Delivery> {
    return this.send({ id: "test_webhook", method: "POST", path: "/api/v1/webhooks/{webhook_id}/test", reply: "data", takesKey: true, isSigned: true }, { path: { webhook_id: webhookId } }, options);
  }
  /** Change where and what is sent, stop it, or start it again. */
  update(webhookId: string, body: T.WebhookChanges, options?: CallOptions): Call<T.Webhook> {
    return this.send({ id: "update_webhook", method: "PATCH", path: "/api/v1/webhooks/{webhook_id}", reply: "data", isSigned: true }, { path: { webhook_id: webhookId }, body }, options);
  }
}
