-- id: procedures.compliant
-- title: 识别退出程序合规率
-- title_en: Cases by the right procedure
-- unit: percent
-- grain: village
-- definition: 每一步都由有权的人办理、材料齐全、公示满期、按时办结，需要回避的经他人复核的案件 ÷ 本年办结的户、村案件
-- definition_en: Cases each of whose steps was decided by somebody entitled, with all papers, after a notice that stood its days, in time, and reviewed by another where the decider was in conflict ÷ cases of households and villages that closed this year
-- article: 22
-- evidence_en: Cases with a step against the procedure
select c.division, sum(case when b.case_file is null then 1 else 0 end) as numerator, count(*) as denominator
from facts.case_file c
left join (
  select s.case_file from facts.case_step s
  where not s.by_right_hand or s.papers < s.papers_needed or s.done_on > s.due_on or (s.in_conflict and not s.reviewed)
    or (s.notice_needed and (s.notice_until is null or s.notice_until >= s.done_on or s.notice_until < s.notice_published_on + s.notice_days))
  group by s.case_file
) b on b.case_file = c.case_file
where c.subject_kind in ('household', 'village') and c.state = 'closed' and c.closed_on >= :period_start
group by c.division

-- evidence: 有步骤不合规的案件
select c.case_file as id, 'case' as kind, c.division, c.kind as label, b.why
from facts.case_file c
join (
  select s.case_file, max(case when not s.by_right_hand then '不是由有权的人办理'
    when s.papers < s.papers_needed then '材料不齐'
    when s.in_conflict and not s.reviewed then '需要回避而未经他人复核'
    when s.done_on > s.due_on then '超过时限'
    else '公示没有满期' end) as why
  from facts.case_step s
  where not s.by_right_hand or s.papers < s.papers_needed or s.done_on > s.due_on or (s.in_conflict and not s.reviewed)
    or (s.notice_needed and (s.notice_until is null or s.notice_until >= s.done_on or s.notice_until < s.notice_published_on + s.notice_days))
  group by s.case_file
) b on b.case_file = c.case_file
where c.subject_kind in ('household', 'village') and c.state = 'closed' and c.closed_on >= :period_start
