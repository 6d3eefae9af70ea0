-- id: platform.freshness
-- title: 户档案新鲜度
-- title_en: Freshness of the households' files
-- unit: percent
-- grain: village
-- definition: 在规定月数内核实过的在册户 ÷ 在册户；户档案连同成员一起核实；村、县的登记表另计，变动录入是否及时由“档案及时性”计，部门数据是否按期由“部门数据按期交付率”计
-- definition_en: Households in the register confirmed within the months allowed ÷ households in the register; members are confirmed with the file of their household; the forms of villages and counties are counted apart. Whether changes are entered in time is counted by the timeliness of the records, departments' data by their delivery on time
-- article: 7
-- parameters: months=quality.confirmation.months
-- evidence_en: Households not confirmed in time
select h.division, sum(case when h.confirmed_on is not null and h.confirmed_on >= :on - interval '1 month' * :months then 1 else 0 end) as numerator, count(*) as denominator
from facts.household h
where h.status not in ('removed', 'closed')
group by h.division

-- evidence: 超期未核实的户
select h.household as id, 'household' as kind, h.division, h.number as label,
  case when h.confirmed_on is null then '从未核实' else '核实已过期' end as why
from facts.household h
where h.status not in ('removed', 'closed') and (h.confirmed_on is null or h.confirmed_on < :on - interval '1 month' * :months)
