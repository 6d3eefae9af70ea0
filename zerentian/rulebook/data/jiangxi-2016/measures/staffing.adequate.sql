-- id: staffing.adequate
-- title: 扶贫机构队伍适应任务
-- title_en: Offices that fit the task
-- unit: percent
-- grain: village
-- definition: 机构设立、人员、编制到位、场所、当年经费都达到要求的市县乡 ÷ 有任务的市县乡
-- definition_en: Cities, counties and townships whose office stands with staff, filled quota, premises and this year's funds ÷ those with tasks
-- article: 12
-- parameters: city_staff=staffing.city_office.minimum, county_staff=staffing.county_office.minimum, station_staff=staffing.township_station.minimum, filled=staffing.filled_share
-- evidence_en: Places whose office, staff, premises or funds fall short
select s.division, sum(case when s.short = '' then 1 else 0 end) as numerator, count(*) as denominator
from (select s.division, s.body, case when s.office is null then '没有设扶贫机构'
    when coalesce(s.staff_actual, 0) < s.minimum then '人员少于最低人数'
    when s.staff_quota is not null and s.staff_actual * 100 < s.staff_quota * :filled then '编制到位率不足'
    when s.premises is null or not s.premises then '没有办公场所'
    when s.budget is null or s.budget <= 0 or s.budget_year is null or s.budget_year < extract(year from :on) then '没有当年工作经费'
    else '' end as short from (
select g.division, g.body, g.name, g.level, o.body as office, o.name as office_name, o.staff_quota, o.staff_actual, o.premises, o.budget, o.budget_year,
  case g.level when 2 then :city_staff when 3 then :county_staff else :station_staff end as minimum
from facts.body g
left join facts.body o on o.division = g.division and o.ended_on is null
  and o.kind = case when g.level = 4 then 'township_station' else 'poverty_office' end
where g.kind = 'party_government' and g.level in (2, 3, 4) and g.has_tasks and g.ended_on is null
) s) s
group by s.division

-- evidence: 机构、人员、场所或经费不足的地方
select coalesce(s.office, s.body) as id, 'body' as kind, s.division, coalesce(s.office_name, s.name) as label, s.short as why
from (select s.division, s.body, s.name, s.office, s.office_name, case when s.office is null then '没有设扶贫机构'
    when coalesce(s.staff_actual, 0) < s.minimum then '人员少于最低人数'
    when s.staff_quota is not null and s.staff_actual * 100 < s.staff_quota * :filled then '编制到位率不足'
    when s.premises is null or not s.premises then '没有办公场所'
    when s.budget is null or s.budget <= 0 or s.budget_year is null or s.budget_year < extract(year from :on) then '没有当年工作经费'
    else '' end as short from (
select g.division, g.body, g.name, g.level, o.body as office, o.name as office_name, o.staff_quota, o.staff_actual, o.premises, o.budget, o.budget_year,
  case g.level when 2 then :city_staff when 3 then :county_staff else :station_staff end as minimum
from facts.body g
left join facts.body o on o.division = g.division and o.ended_on is null
  and o.kind = case when g.level = 4 then 'township_station' else 'poverty_office' end
where g.kind = 'party_government' and g.level in (2, 3, 4) and g.has_tasks and g.ended_on is null
) s) s
where s.short <> ''
