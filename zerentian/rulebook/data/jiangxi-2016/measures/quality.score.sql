-- id: quality.score
-- title: 数据质量得分
-- title_en: Data quality score
-- unit: percent
-- grain: village
-- definition: 完整性、有效性、一致性、及时性各条规则逐户、逐人、逐份收入核对，通过的次数 ÷ 核对次数；已说明的例外算通过
-- definition_en: Checks passed ÷ checks made by the rules of completeness, validity, consistency and timeliness; an explained exception passes
-- article: 22
-- evidence_en: Households that a rule asks about
select q.division, q.completeness_passed + q.validity_passed + q.consistency_passed + q.timeliness_passed as numerator,
       q.completeness_checks + q.validity_checks + q.consistency_checks + q.timeliness_checks as denominator
from facts.quality q

-- evidence: 有疑点的户
select distinct f.household as id, 'household' as kind, f.division, f.number as label, f.sentence as why
from facts.quality_finding f
