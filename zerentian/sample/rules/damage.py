"""Mistakes in numbers and names as they are met in departments' files, planted by kind."""

import numpy as np
import polars as pl

# kind → share among the mistakes. The first two leave the number whole once it is brought to its normal form.
KINDS = {
    "fifteen": 0.08, "written": 0.10, "digit": 0.20, "swapped": 0.12, "truncated": 0.10, "missing": 0.12,
    "homophone": 0.08, "rare": 0.05, "digit_homophone": 0.07, "missing_homophone": 0.05, "truncated_rare": 0.03,
}  # fmt: skip
# Characters of the sample's names, each with one that sounds the same.
_HOMOPHONES = (
    "国帼 强墙 华铧 平苹 志智 建健 永咏 小晓 金今 水谁 春椿 福幅 文闻 明鸣 海孩 红洪 星兴 荣容 俊峻 杰洁 浩皓 宇雨 轩宣 航杭 "
    "鹏朋 嘉佳 豪毫 思丝 远苑 家加 乐勒 勇涌 军君 伟玮 辉晖 涛桃 斌彬 飞非 波播 亮谅 刚钢 林琳 根跟 生升 火伙 毛茅 音因 保宝 "
    "招昭 德得 胜圣 有友 清青 昌菖 盛圣 茂贸 贤闲 道到 秀绣 英瑛 桂贵 兰蓝 玉育 花化 冬东 梅玫 秋丘 香乡 美镁 丽利 凤奉 妹媚 "
    "娣弟 莲连 菊局 雨羽 欣新 梓子 怡宜 琪奇 诗师 涵含 雅亚 婷亭 燕艳 芳方 霞侠 娟捐 敏闽 静敬 玲铃 萍瓶 琴勤 慧惠 茶查 满曼 "
    "年念 三叁 七戚 翠脆 银寅 学穴 仁人 义艺 礼李 信芯 正政 光咣 中钟 山珊 安氨 发珐 东冬 卫魏 木目 长常 细系 观关 石十 火夥"
)
# … and with a rarer form of it, which an older system may have kept.
_RARE = (
    "国囯 强彊 华崋 明眀 海㴾 荣荥 杰桀 宇㝢 军軍 伟偉 辉煇 斌份 飞飛 刚剛 林㯲 根㫔 生㽒 胜勝 清凊 昌昌 秀琇 英煐 桂珪 兰蘭 "
    "玉鈺 花芲 梅楳 秋秌 香馫 美羙 丽麗 凤鳳 莲蓮 雨㲾 欣訢 琪璂 婷娗 燕鷰 芳芗 娟㛹 静靜 玲昤 萍蓱 琴琹 慧譓 银銀 学學 仁忈 "
    "义義 礼禮 信㐰 正㱏 光灮 山㠪 安侒 志誌 建徤 永羕 金鑫 水氺 春旾 福冨 文彣 平㔻 小尛 红紅 思恖 远逺 家傢 乐樂 勇勈 涛濤"
)
WIDE = dict(zip("0123456789X", "０１２３４５６７８９Ｘ", strict=True))


def _pairs(text: str) -> dict[str, str]:
    return {pair[0]: pair[1] for pair in text.split() if pair[0] != pair[1]}


SOUND, SHAPE = _pairs(_HOMOPHONES), _pairs(_RARE)


def draw(rng: np.random.Generator, count: int, share: float, *, may_miss: bool, has_name: bool) -> pl.Series:
    """A kind of mistake for each row, empty for most."""
    kinds = {k: w for k, w in KINDS.items() if (may_miss or "missing" not in k) and (has_name or k in _NUMBER_ONLY)}
    weights = np.array(list(kinds.values()))
    drawn = rng.choice(np.array(list(kinds)), count, p=weights / weights.sum())
    return pl.Series("error", np.where(rng.random(count) < share, drawn, ""))


_NUMBER_ONLY = ("fifteen", "written", "digit", "swapped", "truncated")


def damaged(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with `id_number`, `name` and `error`, as badly written as `error` says; it is empty where nothing came of it."""
    number, name, error = pl.col("id_number"), pl.col("name"), pl.col("error")
    wrong = (number.str.slice(15, 1).cast(pl.Int64, strict=False) + 1) % 10
    digit = number.str.slice(0, 15) + wrong.cast(pl.String) + number.str.slice(16)
    swapped = number.str.slice(0, 14) + number.str.slice(15, 1) + number.str.slice(14, 1) + number.str.slice(16)
    old = number.str.slice(6, 2) == "19"
    new_number = (
        pl.when(error.eq("fifteen") & old).then(number.str.slice(0, 6) + number.str.slice(8, 9))
        .when(error == "written").then(number.str.replace_many(WIDE) + " ")
        .when(error.str.starts_with("digit")).then(digit)
        .when(error == "swapped").then(swapped)
        .when(error.str.starts_with("truncated")).then(number.str.slice(0, 17))
        .when(error.str.starts_with("missing")).then(None)
        .otherwise(number)
    )  # fmt: skip
    last = name.str.slice(-1)
    head = name.str.slice(0, name.str.len_chars().cast(pl.Int64) - 1)
    new_name = (
        pl.when(error.str.ends_with("homophone")).then(head + last.replace(SOUND))
        .when(error.str.ends_with("rare")).then(head + last.replace(SHAPE))
        .otherwise(name)
    )  # fmt: skip
    both = rows.with_columns(new_number.alias("id_number"), new_name.alias("name"), was=number, called=name)
    same = (pl.col("id_number").eq_missing(pl.col("was"))) & (pl.col("name") == pl.col("called"))
    return both.with_columns(pl.when(same).then(pl.lit("")).otherwise(error).alias("error")).drop("was", "called")
