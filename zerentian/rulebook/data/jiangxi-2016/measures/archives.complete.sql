-- id: archives.complete
-- title: 贫困户程序档案齐全率
-- title_en: Households whose files of procedures are complete
-- unit: percent
-- grain: village
-- definition: 全部办结案件所要求的材料都已归入、所要求的公示都有张贴照片的户 ÷ 有办结案件的户
-- definition_en: Households all of whose closed cases hold every paper asked for and the photo of every notice asked for ÷ households with a closed case
-- article: 22
-- evidence_en: Cases whose file lacks something
select f.division, sum(case when f.lacking = 0 then 1 else 0 end) as numerator, count(*) as denominator
from (
  select c.division, c.subject_id,
    sum(case when s.papers < s.papers_needed or (s.notice_needed and n.proved_on is null) then 1 else 0 end) as lacking
  from facts.case_file c
  join facts.case_step s on s.case_file = c.case_file
  left join facts.notice n on n.notice = s.notice
  where c.subject_kind = 'household' and c.state = 'closed'
  group by c.division, c.subject_id
) f
group by f.division

-- evidence: 材料不齐的案件
select c.case_file as id, 'case' as kind, c.division, c.kind as label, l.why
from facts.case_file c
join (
  select s.case_file, max(case when s.papers < s.papers_needed then '缺少材料' else '缺少公示张贴照片' end) as why
  from facts.case_step s
  left join facts.notice n on n.notice = s.notice
  where s.papers < s.papers_needed or (s.notice_needed and n.proved_on is null)
  group by s.case_file
) l on l.case_file = c.case_file
where c.subject_kind = 'household' and c.state = 'closed'
