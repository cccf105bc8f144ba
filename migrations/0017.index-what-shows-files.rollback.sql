drop index if exists lessons_by_file, courses_by_thumbnail, courses_by_certificate_logo,
    courses_by_certificate_signature, users_by_avatar;
