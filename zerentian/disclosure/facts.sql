-- Public notices with the days that count: when due, published, proved, over.
create view facts.notice with (security_invoker = true) as
select n.id as notice, n.division, n.code, n.kind, n.subject, n.state, jsonb_array_length(n.lines) as lines, n.composed_on, n.due_on,
       n.reviewed_on, n.published_on, n.period_to, n.days, n.proof_due_on, n.proved_on, n.ended_on, n.taken_down_on,
       (select count(*) from disclosure_objection o where o.notice_id = n.id) as objections
from disclosure_notice n;

-- Objections to notices, without who made them or what they say.
create view facts.objection with (security_invoker = true) as
select o.id as objection, o.notice_id as notice, o.division, o.source, o.holder, o.made_on, o.due_on, o.answered_on, o.outcome
from disclosure_objection o;
