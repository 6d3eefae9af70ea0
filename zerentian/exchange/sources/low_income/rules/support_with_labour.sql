-- id: low_income.support_with_labour
-- title: 特困供养人员登记有劳动能力
-- title_en: Supported as extremely poor, registered as able to work
-- kind: doubt
-- standard: 特困人员认定条件·无劳动能力
-- severity: check
-- definition: 民政名单中本人在享特困供养，档案登记为普通劳动力或技能劳动力，且在劳动年龄内
-- definition_en: Civil affairs' list has the person in extremely poor support, the register as able to work, and the person is of working age
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=low_income.support_labour_from, most=low_income.support_labour_to
-- shows: kind=保障类别|Kind, granted_on=开始享受|Granted on, labour=档案劳动技能|Labour in the register
-- ask: 本人现在能否劳动，有没有残疾证或病历？|Can the person work and is there a disability card or medical record?；档案的劳动技能是哪年填的，是否应更正？|When was the labour ability entered and is it still right?
select m.household, m.person, m.division, m.row, m.kind, m.granted_on,
  case p.labour when 'skilled' then '技能劳动力' else '普通劳动力' end as labour
from matched.low_income m
join facts.person p on p.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '在享' and m.kind in ('特困集中供养', '特困分散供养')
  and p.labour in ('ordinary', 'skilled')
  and date_diff('day', p.birth_on, :on) >= :least * 365.2425 and date_diff('day', p.birth_on, :on) < :most * 365.2425
