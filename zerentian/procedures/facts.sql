-- Cases with the days that count; without whom they are about.
create view facts.case_file with (security_invoker = true) as
select c.id as case_file, c.division, c.kind, d.version, c.subject_kind, c.subject_id, c.step, c.state, c.result, c.waits_level,
       c.opened_on, c.step_since, c.due_on, c.escalated_on, c.closed_on
from procedures_case c join procedures_definition d on d.id = c.definition_id;

-- What happened in cases, step by step: who decided in which part, and whether somebody was in conflict.
create view facts.case_record with (security_invoker = true) as
select r.id as record, r.case_id as case_file, r.division, r.turn, r.what, r.step, r.outcome, r.to_step, r.part, r.role,
       r.level, r.capacity, r.due_on, r."on" as done_on, jsonb_array_length(r.conflicts) as conflicts,
       jsonb_path_exists(r.conflicts, '$[*] ? (@.kind == "related")') as by_relation, r.meeting <> '' as by_meeting
from procedures_steprecord r;

-- Steps that cases have passed, each against its definition: who was entitled, what papers and notice it asked for and got,
-- whether somebody in conflict decided and another person reviewed it. A step left by a bare outcome asks for no papers or notice.
create view facts.case_step with (security_invoker = true) as
with step as materialized (
  select d.id as definition_id, s.value ->> 'id' as step,
         coalesce(s.value #> '{by,roles}', '[]') as roles, coalesce(s.value #> '{by,posts}', '[]') as posts,
         s.value -> 'notice' is not null as has_notice, s.value #>> '{notice,days}' as days,
         coalesce((select sum(coalesce((e.value ->> 'count')::int, 1)) from jsonb_array_elements(s.value -> 'evidence') e), 0)::int
           as papers_needed,
         coalesce((select jsonb_agg(o.value ->> 'id') from jsonb_array_elements(s.value -> 'outcomes') o
                   where (o.value ->> 'bare')::boolean), '[]') as bare,
         array_position(array['province', 'city', 'county', 'township', 'village'], s.value #>> '{by,level}') as level
  from procedures_definition d cross join lateral jsonb_array_elements(d.content -> 'steps') s
),
wanted as materialized (
  select d.id as definition_id, s.value ->> 'id' as step, e.value ->> 'kind' as kind, coalesce((e.value ->> 'count')::int, 1) as count
  from procedures_definition d
  cross join lateral jsonb_array_elements(d.content -> 'steps') s
  cross join lateral jsonb_array_elements(s.value -> 'evidence') e
),
term as materialized (
  select q.key, q.valid_from, q.valid_to, (q.value #>> '{}')::numeric as days
  from rulebook_parameterrecord q
  where q.key in (select days from step) and q.area % 10000000000 = 0 and jsonb_typeof(q.value) = 'number'
)
select r.id as record, r.case_id as case_file, r.division, c.kind, r.turn, r.step, r.outcome, r.due_on, r."on" as done_on,
       s.bare ? r.outcome as bare, s.level as level_wanted, coalesce(h.level, r.level) as level,
       (coalesce(h.level, r.level) = s.level
         and (s.roles ? coalesce(h.capacity, r.capacity) or s.posts ? coalesce(h.capacity, r.capacity))) is true as by_right_hand,
       case when s.bare ? r.outcome then 0 else s.papers_needed end as papers_needed,
       case when s.bare ? r.outcome then 0 else coalesce(had.papers, 0) end as papers,
       s.has_notice and not s.bare ? r.outcome as notice_needed,
       coalesce(case when n.published_on is not null then (
                  select least(max(q.days), 999)::int from term q
                  where q.key = s.days and n.published_on >= q.valid_from
                    and (q.valid_to is null or n.published_on < q.valid_to)) end,
                case when s.days ~ '^[0-9]+$' then s.days::int end) as notice_days,
       n.published_on as notice_published_on, n.until as notice_until, n.ended_on as notice_ended_on, n.notice_id as notice,
       h.id is not null as in_conflict, h.id is not null and r.user_id is distinct from h.user_id as reviewed
from procedures_steprecord r
join procedures_case c on c.id = r.case_id
-- one key of both: else the planner joins every case with all steps of its definition first
join step s on s.definition_id || s.step = c.definition_id || r.step
left join lateral (
  select k.id, k.level, k.capacity, k.user_id from procedures_steprecord k
  where r.what = 'confirmed' and k.case_id = r.case_id and k.turn < r.turn and k.what = 'held' order by k.turn desc limit 1
) h on true
-- of this case only: summed up for all cases it would cost a county as much as the province
left join lateral (
  select sum(least(p.count, w.count))::int as papers
  from (
    select a.kind, count(*) as count from procedures_casepaper a
    where s.papers_needed > 0 and a.case_id = r.case_id and a.step = r.step group by a.kind
  ) p
  join wanted w on w.definition_id = s.definition_id and w.step = s.step and w.kind = p.kind
) had on true
left join lateral (
  select o.published_on, o.until, o.ended_on, o.notice_id from procedures_casenotice o
  where s.has_notice and o.case_id = r.case_id and o.step = r.step and o.taken_down_on is null and o.published_on <= r."on"
  order by o.published_on desc, o.id desc limit 1
) n on true
where r.what in ('decided', 'confirmed');

-- Decisions that somebody in conflict took and that wait, or waited, for another person.
create view facts.case_conflict with (security_invoker = true) as
select r.id as conflict, r.case_id as case_file, r.division, c.kind, r.step, r."on" as held_on,
       jsonb_path_exists(r.conflicts, '$[*] ? (@.kind == "related")') as by_relation,
       v."on" as reviewed_on, v.what as verdict
from procedures_steprecord r
join procedures_case c on c.id = r.case_id
left join lateral (
  select k."on", k.what from procedures_steprecord k
  where k.case_id = r.case_id and k.turn > r.turn and k.what in ('confirmed', 'turned_down') order by k.turn limit 1
) v on true
where r.what = 'held';
