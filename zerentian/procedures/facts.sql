-- Cases with the days that count; without whom they are about.
create view facts.case_file with (security_invoker = true) as
select c.id as case_file, c.division, c.kind, d.version, c.subject_kind, c.subject_id, c.step, c.state, c.result, c.waits_level,
       c.opened_on, c.step_since, c.due_on, c.escalated_on, c.closed_on
from procedures_case c join procedures_definition d on d.id = c.definition_id;

-- What happened in cases, step by step: who decided in which part, and whether somebody was in conflict.
create view facts.case_record with (security_invoker = true) as
select r.id as record, r.case_id as case_file, r.division, r.turn, r.what, r.step, r.outcome, r.to_step, r.part, r.role,
       r."on" as done_on, jsonb_array_length(r.conflicts) as conflicts, r.meeting <> '' as by_meeting
from procedures_steprecord r;
