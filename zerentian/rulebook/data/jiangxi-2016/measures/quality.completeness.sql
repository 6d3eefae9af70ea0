-- id: quality.completeness
-- title: 档案完整性
-- title_en: Completeness of the records
-- unit: percent
-- grain: village
-- definition: 完整性规则逐户、逐人、逐份收入核对，通过的次数 ÷ 核对次数；已说明的例外算通过
-- definition_en: Checks passed ÷ checks made by the rules of completeness on each household, person and income; an explained exception passes
-- article: 22
-- evidence_en: Households that a rule asks about
select q.division, q.completeness_passed as numerator, q.completeness_checks as denominator
from facts.quality q

-- evidence: 有疑点的户
select distinct f.household as id, 'household' as kind, f.division, f.number as label, f.sentence as why
from facts.quality_finding f
where f.kind = 'completeness'
