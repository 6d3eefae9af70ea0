"""The columns in which bodies, posts, appointments, grids and assignments come in and go out.

Bodies and posts are named by their text `code`, which stays the same over the years; every other sheet refers to
them by it. One post is one seat: it is held by one person at a time, so a body with three members has three posts.
The same row sent twice changes nothing: a body and a post are known by `code`, an appointment by post, person and
first day, a grid by village and name, an assignment by kind, who, where and first day.
"""

from zerentian.kernel.tables import Column, Sheet

BODIES = Sheet(
    "bodies",
    "机构",
    (
        Column("code", "机构编号", "Code of body", "text", required=True, help="全省唯一，历年不变"),
        Column("division", "区划代码", "Division", "division", required=True),
        Column("kind", "机构类别", "Kind", "code", required=True, codes="body_kind"),
        Column("department", "部门", "Department", "code", codes="department", help="类别为“部门”时必填"),
        Column("name", "名称", "Name", "text", required=True, width=32),
        Column("short_name", "简称", "Short name", "text"),
        Column("superior_code", "上级机构编号", "Code of superior", "text", help="省级机构留空"),
        Column("has_tasks", "有脱贫任务", "Has tasks", "bool", required=True),
        Column("tasks_reason", "无任务的理由", "Why without tasks", "text", help="没有脱贫任务时必填"),
        Column("staff_quota", "编制数", "Staff quota", "integer"),
        Column("staff_actual", "实有人数", "Staff in post", "integer"),
        Column("premises", "有办公场所", "Has premises", "bool"),
        Column("budget", "工作经费(元)", "Budget (yuan)", "decimal"),
        Column("budget_year", "经费年度", "Year of budget", "year"),
        Column("phone", "办公电话", "Phone", "phone", personal=True),
        Column("address", "地址", "Address", "text", width=32),
        Column("founded_on", "设立日期", "Founded on", "date"),
        Column("ended_on", "撤销日期", "Ended on", "date"),
    ),
)

POSTS = Sheet(
    "posts",
    "岗位",
    (
        Column("code", "岗位编号", "Code of post", "text", required=True, help="全省唯一；一岗一人"),
        Column("body_code", "机构编号", "Code of body", "text", required=True),
        Column("kind", "岗位类别", "Kind", "code", required=True, codes="post_kind"),
        Column("title", "职务名称", "Title", "text", required=True, width=24),
        Column("is_first_answerable", "第一责任人", "First answerable", "bool"),
        Column("order", "排序", "Order", "integer"),
    ),
)

APPOINTMENTS = Sheet(
    "appointments",
    "任职",
    (
        Column("post_code", "岗位编号", "Code of post", "text", required=True),
        Column("person_name", "姓名", "Name", "text", required=True),
        Column("phone", "联系电话", "Phone", "phone", personal=True),
        Column("starts_on", "任职日期", "First day", "date", required=True),
        Column("ends_on", "免职日期", "Last day", "date", help="最后在任的一天；在任的留空"),
        Column("approval_reference", "批准文号", "Reference of approval", "text"),
        Column("approved_on", "批准日期", "Approved on", "date"),
        Column("approved_by", "批准机关", "Approved by", "text"),
        Column("is_exempt", "免职无需批准", "End needs no approval", "bool", help="退休、去世等"),
    ),
)

GRIDS = Sheet(
    "grids",
    "网格",
    (
        Column("division", "村代码", "Village", "division", required=True),
        Column("name", "网格名称", "Name of grid", "text", required=True),
        Column("keeper_post_code", "网格员岗位编号", "Post of the keeper", "text"),
    ),
)

ASSIGNMENTS = Sheet(
    "assignments",
    "包片包村和定点帮扶",
    (
        Column("kind", "类别", "Kind", "code", required=True, codes="assignment_kind"),
        Column("body_code", "机构编号", "Code of body", "text", help="定点单位、工作队填机构"),
        Column("post_code", "岗位编号", "Code of post", "text", help="包片、包村、第一书记填岗位"),
        Column("division", "对象区划代码", "Division", "division", required=True),
        Column("starts_on", "开始日期", "First day", "date", required=True),
        Column("ends_on", "结束日期", "Last day", "date"),
        Column("reference", "依据", "Reference", "text"),
    ),
)

SHEETS = (BODIES, POSTS, APPOINTMENTS, GRIDS, ASSIGNMENTS)
