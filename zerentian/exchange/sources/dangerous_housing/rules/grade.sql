-- id: dangerous_housing.grade
-- title: 住房等级与鉴定不一致
-- title_en: Grade of the house disagrees with the assessment
-- kind: record
-- severity: check
-- definition: 台账最近一次鉴定的等级与档案登记的不同；已竣工的和档案登记改造完成晚于鉴定的，不比对
-- definition_en: The grade of the latest assessment in the ledger is another than the register's; finished repairs, and houses that the register has as repaired after the assessment, are left out
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: grade=鉴定等级|Grade, assessed_on=鉴定日期|Assessed on, registered=档案住房等级|Grade in the register
-- compares: grade=household.house_grade
-- alike: A=a, B=b, C=c, D=d
-- ask: 鉴定书上写的是哪一级，鉴定的是不是现住房？|Which grade does the paper give and is it the house lived in?
select m.household, m.person, m.division, m.row, m.grade, m.assessed_on, upper(h.house_grade) as registered
from matched.dangerous_housing m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state <> '已竣工' and coalesce(h.house_grade, '') <> ''
  and upper(h.house_grade) <> m.grade and (h.house_repaired_on is null or h.house_repaired_on < m.assessed_on)
  and not exists (
    select 1 from matched.dangerous_housing n where n.household = m.household and n.assessed_on > m.assessed_on)
