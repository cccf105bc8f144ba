-- For each question the sums from which its figures are computed: x is an attempt's mark for the
-- question, t its mark for all questions, y the difference (t - x). If the points were changed
-- between attempts, marks are scaled to the present points.
with closed as (
    select id, status,
           row_number() over (partition by student_id order by number) as from_first,
           row_number() over (partition by student_id order by number desc) as from_last,
           row_number() over (partition by student_id
                              order by coalesce(points / nullif(max_points, 0), points)
                                  desc nulls last, number)
               as from_best
    from attempts
    where quiz_id = :quiz_id and status <> 'in_progress'
),
chosen as (
    select id
    from closed
    where status = 'graded'
      and case :which::text
              when 'first' then from_first
              when 'last' then from_last
              when 'best' then from_best
              else 1
          end = 1
),
marks as (
    select q.attempt_id, q.question_id, q.version, q.type, q.options, q.key, now.position,
           coalesce(now.points, q.points) as weight,
           case when now.points is null or now.points = q.points or q.points = 0
                then q.points_awarded
                else q.points_awarded * now.points / q.points
           end as x,
           sum(case when now.points is null or now.points = q.points or q.points = 0
                    then q.points_awarded
                    else q.points_awarded * now.points / q.points
               end) over (partition by q.attempt_id) as t
    from chosen
    join attempt_questions q on q.attempt_id = chosen.id
    left join questions now on now.id = q.question_id
    where q.type <> all(:except_types::text[])
),
ranked as (
    select *, t - x as y,
           row_number() over (partition by question_id order by x) as rank_of_x,
           row_number() over (partition by question_id order by t - x) as rank_of_y
    from marks
),
-- The strongest possible relation of x and y: each sorted by itself.
closest as (
    select a.question_id, sum(a.x * b.y) as sum_xy
    from ranked a
    join ranked b on b.question_id = a.question_id and b.rank_of_y = a.rank_of_x
    group by a.question_id
)
select r.question_id, max(r.version) as version, min(r.type) as type,
       (array_agg(r.options order by r.attempt_id))[1] as options,
       (array_agg(r.key order by r.attempt_id))[1] as key,
       count(*) as count, max(r.weight) as weight, sum(r.x) as sum_x, sum(r.x * r.x) as sum_xx,
       sum(r.y) as sum_y, sum(r.y * r.y) as sum_yy, sum(r.x * r.y) as sum_xy,
       sum(r.t) as sum_t, sum(r.t * r.t) as sum_tt, sum(r.x * r.t) as sum_xt,
       min(c.sum_xy) as closest_xy
from ranked r
join closest c on c.question_id = r.question_id
group by r.question_id
order by min(r.position) nulls last, r.question_id;
