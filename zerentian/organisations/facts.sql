-- Who is there to answer. `level` 1 province … 5 village; `superior` is the body above; no person's name or phone.
create view facts.body with (security_invoker = true) as
select id as body, division, code, kind, level, department, name, superior_id as superior, has_tasks,
       staff_quota, staff_actual, premises, budget, budget_year, founded_on, ended_on
from organisations_body;

-- One row a seat.
create view facts.post with (security_invoker = true) as
select id as post, body_id as body, division, kind, is_first_answerable from organisations_post;

-- One row for each person in a post; `ends_on` is the last day; `approval_reference` approves the change that brought them.
create view facts.appointment with (security_invoker = true) as
select a.id as appointment, a.post_id as post, p.body_id as body, a.division, b.kind as body_kind, b.level as body_level,
       p.kind as post_kind, p.is_first_answerable, a.starts_on, a.ends_on, a.approved_on, a.approval_reference, a.is_exempt
from organisations_appointment a
join organisations_post p on p.id = a.post_id
join organisations_body b on b.id = p.body_id;

-- Grids; `has_keeper`: somebody holds the keeper's post.
create view facts.grid with (security_invoker = true) as
select g.id as grid, g.division,
       exists (select 1 from organisations_appointment a
               where a.post_id = g.keeper_post_id and (a.ends_on is null or a.ends_on >= current_date)) as has_keeper
from organisations_grid g;

-- Who takes which area; `division` is the area taken.
create view facts.assignment with (security_invoker = true) as
select id as assignment, kind, body_id as body, post_id as post, division, starts_on, ends_on from organisations_assignment;
