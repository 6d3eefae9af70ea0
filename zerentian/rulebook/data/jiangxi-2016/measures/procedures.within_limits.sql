-- id: procedures.within_limits
-- title: 识别退出在规定时限内完成的比例
-- title_en: Procedures of households and villages within their time limits
-- unit: percent
-- grain: village
-- definition: 每一步都没有超过时限的案件 ÷ 本年办结的和已有步骤超过时限的户、村案件（撤回的不计）
-- definition_en: Cases none of whose steps ran over its limit ÷ cases of households and villages that closed this year or have a step over its limit (withdrawn ones left out)
-- article: 16
-- evidence_en: Cases with a step over its time limit
select c.division, sum(case when l.case_file is null and (c.closed_on is not null or c.due_on is null or c.due_on >= :on) then 1 else 0 end)
  as numerator, count(*) as denominator
from facts.case_file c
left join (
  select r.case_file, min(r.step) as step from facts.case_record r
  where r.what in ('decided', 'confirmed', 'sent_back') and r.done_on > r.due_on group by r.case_file
) l on l.case_file = c.case_file
where c.subject_kind in ('household', 'village') and c.state <> 'withdrawn'
  and (c.closed_on >= :period_start or (c.closed_on is null and (c.due_on < :on or l.case_file is not null)))
group by c.division

-- evidence: 有步骤超过时限的案件
select c.case_file as id, 'case' as kind, c.division, c.kind as label,
  case when c.closed_on is null and c.due_on < :on then '现在这一步已超过时限' else '有步骤办理超过时限' end as why
from facts.case_file c
left join (
  select r.case_file from facts.case_record r
  where r.what in ('decided', 'confirmed', 'sent_back') and r.done_on > r.due_on group by r.case_file
) l on l.case_file = c.case_file
where c.subject_kind in ('household', 'village') and c.state <> 'withdrawn'
  and (c.closed_on >= :period_start or c.closed_on is null)
  and (l.case_file is not null or (c.closed_on is null and c.due_on < :on))
