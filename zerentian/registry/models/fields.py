"""The fields of a household, a person, an income, a village and a county, shared by the register and its staging."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from zerentian.kernel.models import Row
from zerentian.kernel.privacy import SealedField


def _code(label: Any) -> "models.CharField[Any, Any]":
    """A key of a code list; the list is named by the column of the same key in rules/columns.py."""
    return models.CharField(label, max_length=32, blank=True, default="")


def _day(label: Any) -> "models.DateField[Any, Any]":
    return models.DateField(label, null=True, blank=True)


def _yes(label: Any) -> "models.BooleanField[Any, Any]":
    """Yes, no, or not asked yet."""
    return models.BooleanField(label, null=True, blank=True)


def _whole(label: Any) -> "models.IntegerField[Any, Any]":
    return models.IntegerField(label, null=True, blank=True)


def _amount(label: Any, places: int = 2) -> "models.DecimalField[Any, Any]":
    return models.DecimalField(label, max_digits=14, decimal_places=places, null=True, blank=True)


def _text(label: Any, length: int = 120) -> "models.CharField[Any, Any]":
    return models.CharField(label, max_length=length, blank=True, default="")


def _token() -> "models.BinaryField[Any, Any]":
    """The keyed search token of a sealed field: compares without opening it."""
    return models.BinaryField(null=True, editable=False)


class HouseholdRecord(Row):
    """Who heads a household, why it is poor, how it lives, and in which state it stands."""

    personal = ("head_name", "phone", "bank_account", "address", "helper_phone")

    class Meta:
        abstract = True

    number = models.CharField(_("户编号"), max_length=32)
    division = models.BigIntegerField(_("村代码"))
    natural_village = _text(_("自然村(组)"), 60)
    address = SealedField(_("住址"), blank=True)
    address_token = _token()
    head_name = models.CharField(_("户主姓名"), max_length=60)
    phone = SealedField(_("联系电话"), blank=True)
    phone_token = _token()
    bank_name = _text(_("开户银行"), 60)
    bank_account = SealedField(_("银行账号"), blank=True)
    bank_account_token = _token()
    size = models.IntegerField(_("家庭人口"))
    standard = _code(_("识别标准"))
    household_type = _code(_("贫困户属性"))
    cause = _code(_("主要致贫原因"))
    other_causes = _text(_("其他致贫原因"), 80)
    status = _code(_("脱贫状态"))
    identified_on = _day(_("识别日期"))
    exited_on = _day(_("脱贫日期"))
    returned_on = _day(_("返贫日期"))
    removed_on = _day(_("清退或注销日期"))
    monitoring_kind = _code(_("监测对象类型"))
    risk_kind = _code(_("致贫返贫风险"))
    risk_found_on = _day(_("风险识别日期"))
    risk_removed_on = _day(_("风险消除日期"))
    risk_removal = _code(_("风险消除方式"))
    food_secured = _yes(_("不愁吃"))
    clothing_secured = _yes(_("不愁穿"))
    house_grade = _code(_("住房等级"))
    house_structure = _code(_("住房结构"))
    house_area = _amount(_("住房面积(平方米)"), 1)
    house_year = _whole(_("建房年份"))
    house_repaired_on = _day(_("危房改造完成日期"))
    is_relocated = _yes(_("易地搬迁户"))
    relocated_on = _day(_("搬迁入住日期"))
    water_source = _code(_("饮水来源"))
    water_safe = _yes(_("饮水安全"))
    water_minutes = _whole(_("取水往返分钟"))
    has_toilet = _yes(_("有卫生厕所"))
    has_power = _yes(_("通生活用电"))
    has_production_power = _yes(_("通生产用电"))
    has_broadcast = _yes(_("通广播电视"))
    fuel = _text(_("主要燃料"), 60)
    road_type = _code(_("入户路类型"))
    road_distance = _amount(_("距村主干路(公里)"), 1)
    farmland = _amount(_("耕地(亩)"))
    irrigated = _amount(_("有效灌溉(亩)"))
    forest = _amount(_("林地(亩)"))
    returned_forest = _amount(_("退耕还林(亩)"))
    orchard = _amount(_("林果(亩)"))
    pasture = _amount(_("牧草地(亩)"))
    water_area = _amount(_("水面(亩)"))
    in_cooperative = _yes(_("加入合作社"))
    led_by_enterprise = _yes(_("龙头企业带动"))
    led_by_leader = _yes(_("致富带头人带动"))
    in_mutual_fund = _yes(_("加入互助资金"))
    mutual_fund_amount = _amount(_("互助资金借款(元)"))
    industry = _text(_("主要产业"), 80)
    production_gain = _amount(_("产业增收(元)"))
    grid = _text(_("网格"), 60)
    grid_id = models.BigIntegerField(null=True, blank=True)
    helper_name = _text(_("帮扶责任人"), 60)
    helper_unit = _text(_("帮扶人单位"))
    helper_unit_level = _code(_("帮扶单位层级"))
    helper_phone = SealedField(_("帮扶人电话"), blank=True)
    helper_phone_token = _token()
    helper_appointment_id = models.BigIntegerField(null=True, blank=True)
    helper_since = _day(_("帮扶开始日期"))
    confirmed_on = _day(_("最近核实日期"))
    confirmed_by = _text(_("核实人"), 60)
    confirmed_how = _text(_("核实方式"), 60)


class PersonRecord(Row):
    """One member of a household, from the day of joining to the day of leaving."""

    personal = ("name", "id_number", "phone", "health", "disability_kind", "disability_grade")

    class Meta:
        abstract = True

    number = models.CharField(_("人口编号"), max_length=36)
    division = models.BigIntegerField(_("村代码"))
    name = models.CharField(_("姓名"), max_length=60)
    pinyin = _text(_("拼音"))
    initials = _text(_("拼音首字母"), 20)
    relation = _code(_("与户主关系"))
    sex = _code(_("性别"))
    birth_on = _day(_("出生日期"))
    document_type = _code(_("证件类型"))
    id_number = SealedField(_("证件号码"), blank=True)
    id_token = _token()
    id_mask = _text(_("证件号码(遮盖)"), 24)
    id_valid = models.BooleanField(_("证件号码有效"), default=False)
    document_note = _text(_("无证件原因"), 60)
    phone = SealedField(_("联系电话"), blank=True)
    phone_token = _token()
    ethnicity = _code(_("民族"))
    political_status = _code(_("政治面貌"))
    education = _code(_("文化程度"))
    school_status = _code(_("在校生状况"))
    school_name = _text(_("就读学校"), 80)
    dropout_reason = _code(_("失学辍学原因"))
    health = _text(_("健康状况"), 80)
    disability_kind = _code(_("残疾类别"))
    disability_grade = _code(_("残疾等级"))
    disability_card_on = _day(_("残疾证办证日期"))
    labour = _code(_("劳动技能"))
    speaks_mandarin = _yes(_("会讲普通话"))
    work_region = _code(_("务工区域"))
    work_place = _text(_("务工地点"))
    work_months = _whole(_("务工月数"))
    employer = _text(_("务工企业"))
    industry_class = _text(_("就业行业"), 60)
    job_channel = _code(_("就业渠道"))
    works_abroad = _yes(_("境外务工"))
    public_post = _code(_("公益性岗位"))
    public_post_months = _whole(_("公益性岗位月数"))
    has_allowance = _yes(_("享受低保"))
    has_extreme_support = _yes(_("特困供养"))
    has_resident_medical = _yes(_("参加城乡居民医保"))
    has_employee_medical = _yes(_("参加职工医保"))
    has_serious_illness_insurance = _yes(_("参加大病保险"))
    has_commercial_supplement = _yes(_("参加商业补充医疗保险"))
    has_serious_illness_aid = _yes(_("接受大病救助"))
    has_premium_subsidy = _yes(_("享受参保资助"))
    other_health_help = _text(_("其他健康扶贫"))
    has_resident_pension = _yes(_("参加城乡居民养老保险"))
    has_employee_pension = _yes(_("参加职工养老保险"))
    identified_on = _day(_("人员识别日期"))
    joined_on = _day(_("增加日期"))
    join_kind = _code(_("增加原因"))
    left_on = _day(_("减少日期"))
    leave_kind = _code(_("减少原因"))
    confirmed_on = _day(_("最近核实日期"))


class IncomeRecord(Row):
    """A year's income by source, and what it makes per head."""

    class Meta:
        abstract = True

    division = models.BigIntegerField(_("村代码"))
    year = models.IntegerField(_("年度"))
    period_from = models.DateField(_("计算期开始"))
    period_to = models.DateField(_("计算期结束"))
    size = models.IntegerField(_("家庭人口"))
    wage = _amount(_("工资性收入"))
    business = _amount(_("生产经营性收入"))
    asset_dividend = _amount(_("资产收益扶贫分红"))
    other_property = _amount(_("其他财产性收入"))
    family_planning = _amount(_("计划生育金"))
    low_income_allowance = _amount(_("低保金"))
    extreme_support = _amount(_("特困供养(五保)金"))
    pension = _amount(_("养老保险金"))
    eco_compensation = _amount(_("生态补偿金"))
    other_transfer = _amount(_("其他转移性收入"))
    production_cost = _amount(_("生产经营性支出"))
    medical_expense = _amount(_("合规自付医疗支出"))
    net = models.DecimalField(_("纯收入"), max_digits=14, decimal_places=2)
    per_capita = models.DecimalField(_("人均纯收入"), max_digits=14, decimal_places=2)


class VillageRecord(Row):
    """The village form of one year: kind, state, people, roads, water, services, collective income."""

    class Meta:
        abstract = True

    division = models.BigIntegerField(_("村代码"))
    year = models.IntegerField(_("年度"))
    kind = _code(_("村类型"))
    status = _code(_("退出状态"))
    exited_on = _day(_("退出日期"))
    landform = _code(_("地形地貌"))
    urban_rural = _code(_("城乡分类"))
    groups = _whole(_("村民小组数"))
    households = _whole(_("总户数"))
    population = _whole(_("总人口"))
    minority_population = _whole(_("少数民族人口"))
    registered_households = _whole(_("建档立卡户数"))
    registered_persons = _whole(_("建档立卡人数"))
    allowance_households = _whole(_("低保户数"))
    extreme_support_households = _whole(_("特困供养户数"))
    disabled_persons = _whole(_("残疾人数"))
    labour_force = _whole(_("劳动力人数"))
    trained_labour = _whole(_("受训劳动力人数"))
    migrants = _whole(_("外出务工人数"))
    relocation_need = _whole(_("需搬迁户数"))
    disasters = _text(_("自然灾害"))
    farmland = _amount(_("耕地(亩)"))
    forest = _amount(_("林地(亩)"))
    orchard = _amount(_("林果(亩)"))
    water_area = _amount(_("水面(亩)"))
    natural_villages = _whole(_("自然村数"))
    natural_villages_with_road = _whole(_("通硬化路自然村数"))
    unpaved_to_township = _amount(_("到乡镇未硬化路(公里)"), 1)
    unpaved_inside = _amount(_("到自然村未硬化路(公里)"), 1)
    has_bus = _yes(_("通客运班车"))
    without_safe_water = _whole(_("饮水不安全户数"))
    without_power = _whole(_("未通生活用电户数"))
    dangerous_houses = _whole(_("危房户数"))
    has_broadband = _yes(_("通宽带"))
    has_broadcast = _yes(_("通广播电视"))
    clinics = _whole(_("卫生室数"))
    doctors = _whole(_("执业(助理)医师数"))
    has_kindergarten = _yes(_("有幼儿园(班)"))
    has_primary_school = _yes(_("有小学或教学点"))
    pupils_out_of_school = _whole(_("义务教育阶段辍学人数"))
    public_toilets = _whole(_("公共厕所数"))
    refuse_points = _whole(_("垃圾集中堆放点数"))
    has_reading_room = _yes(_("有图书室或文化站"))
    information_officers = _whole(_("信息员人数"))
    has_e_commerce = _yes(_("有电商服务点"))
    cooperatives = _whole(_("合作社数"))
    cooperative_members = _whole(_("参加合作社户数"))
    industry = _text(_("主导产业"), 80)
    collective_income = _amount(_("集体经济收入(元)"))
    tourism_households = _whole(_("乡村旅游户数"))
    tourism_workers = _whole(_("乡村旅游从业人数"))
    team_since = _day(_("工作队进驻日期"))
    team_members = _whole(_("工作队人数"))
    team_unit = _text(_("派出单位"))
    confirmed_on = _day(_("最近核实日期"))


class CountyRecord(Row):
    """A county in one year: kind, state, rural population and what its exit was judged by."""

    class Meta:
        abstract = True

    division = models.BigIntegerField(_("县代码"))
    year = models.IntegerField(_("年度"))
    kind = _code(_("县类型"))
    status = _code(_("退出状态"))
    exited_on = _day(_("退出日期"))
    is_old_revolutionary = _yes(_("原中央苏区县"))
    is_luoxiao = _yes(_("罗霄山片区县"))
    rural_population = _whole(_("农业户籍人口"))
    registered_households = _whole(_("建档立卡户数"))
    registered_persons = _whole(_("建档立卡人数"))
    income_per_head = _amount(_("农村居民人均可支配收入(元)"))
    revenue = _amount(_("一般公共预算收入(元)"))
    confirmed_on = _day(_("最近核实日期"))
