-- Facts of the register: no names, numbers of documents, phones or accounts. Who only applies is no fact yet.
create view facts.household with (security_invoker) as
select h.id as household, h.division, h.number, h.status, h.household_type as attribute, h.standard, h.cause,
       h.other_causes, h.size, h.grid_id as grid, (h.helper_name <> '') as has_helper, h.identified_on, h.exited_on,
       h.returned_on, h.removed_on, h.confirmed_on, h.monitoring_kind, h.risk_kind, h.risk_found_on, h.risk_removed_on, h.risk_removal,
       h.house_grade, h.house_structure, h.house_area, h.house_year, h.house_repaired_on, h.is_relocated, h.water_source, h.water_safe,
       h.has_toilet, h.has_power, h.has_production_power, h.has_broadcast, h.fuel, h.road_type, h.road_distance,
       h.farmland, h.forest, h.returned_forest, h.in_cooperative, h.food_secured, h.clothing_secured,
       i.year as income_year, i.net as net_income, i.per_capita as per_capita_income
from registry_household h
left join lateral (
  select year, net, per_capita from registry_householdincome where household_id = h.id order by year desc limit 1
) i on true
where h.status not in ('applying', 'not_identified');

create view facts.person with (security_invoker) as
select p.id as person, p.household_id as household, p.division, p.number, p.sex, p.birth_on, (p.relation = 'head') as is_head,
       p.relation, p.ethnicity, p.education, p.school_status as school, p.health, p.disability_kind, p.disability_grade,
       p.labour, p.work_months, p.work_region, p.job_channel, p.public_post,
       (coalesce(p.has_resident_medical, false) or coalesce(p.has_employee_medical, false)) as insured_medical,
       coalesce(p.has_serious_illness_insurance, false) as insured_serious,
       (coalesce(p.has_resident_pension, false) or coalesce(p.has_employee_pension, false)) as pension,
       coalesce(p.has_allowance, false) as allowance, coalesce(p.has_extreme_support, false) as extreme_support,
       (p.school_status = 'dropped_out') as dropout, p.id_valid, p.joined_on, p.left_on, p.confirmed_on
from registry_person p
where p.household_id not in (select id from registry_household where status in ('applying', 'not_identified'));

create view facts.household_income with (security_invoker) as
select i.household_id as household, i.division, i.year, i.period_from, i.period_to, i.size, i.wage, i.business,
       coalesce(i.asset_dividend, 0) + coalesce(i.other_property, 0) as property,
       coalesce(i.family_planning, 0) + coalesce(i.low_income_allowance, 0) + coalesce(i.extreme_support, 0)
         + coalesce(i.pension, 0) + coalesce(i.eco_compensation, 0) + coalesce(i.other_transfer, 0) as transfer,
       i.low_income_allowance, i.pension, i.eco_compensation, i.production_cost, i.net, i.per_capita
from registry_householdincome i
where i.household_id not in (select id from registry_household where status in ('applying', 'not_identified'));

create view facts.village with (security_invoker) as
select distinct on (v.division) v.division, v.year, (v.kind in ('poor', 'deep_poor')) as is_poor, (v.kind = 'deep_poor') as is_deep,
       v.status, v.exited_on, v.households, v.population, v.collective_income, v.without_safe_water, v.dangerous_houses,
       v.confirmed_on
from registry_village v order by v.division, v.year desc;

create view facts.county with (security_invoker) as
select distinct on (c.division) c.division, c.year, (c.kind in ('national', 'provincial')) as is_poor, (c.kind = 'national') as is_national,
       c.status, c.exited_on, c.rural_population, c.confirmed_on
from registry_county c order by c.division, c.year desc;

-- What the quality rules found, as last checked: checks and passes of a village, and the records that failed one unexplained.
create view facts.quality with (security_invoker) as
select s.division, s.checked_on, s.completeness_checks, s.completeness_passed, s.validity_checks, s.validity_passed,
       s.consistency_checks, s.consistency_passed, s.timeliness_checks, s.timeliness_passed
from registry_qualityscore s;

create view facts.quality_finding with (security_invoker) as
select f.division, f.household_id as household, h.number, f.rule, t.kind, t.sentence, f.found_on
from registry_qualityfinding f
join registry_qualitytally t on t.division = f.division and t.rule = f.rule
join registry_household h on h.id = f.household_id
where f.exception_id is null;
