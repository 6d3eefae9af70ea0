-- id: households.in_grid
-- title: 网格覆盖率
-- title_en: Households in a grid
-- unit: percent
-- grain: village
-- definition: 划入网格的在册户 ÷ 在册户
-- definition_en: Households of the register that lie in a grid ÷ households of the register
-- article: 12
-- evidence_en: Households outside every grid
select h.division, count(h.grid) as numerator, count(*) as denominator
from facts.household h
where h.status not in ('removed', 'closed')
group by h.division

-- evidence: 未划入网格的户
select h.household as id, 'household' as kind, h.division, h.number as label, '未划入网格' as why
from facts.household h
where h.grid is null and h.status not in ('removed', 'closed')
