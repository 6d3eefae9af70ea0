"""Names as they are met in Jiangxi: surnames by rough frequency, given names by sex and generation."""

import numpy as np
import numpy.typing as npt

# Surname and weight (per thousand, rounded); the rest is spread over the rarer ones.
SURNAMES = (
    "刘86 陈66 李58 黄55 张52 王46 吴40 罗38 徐35 熊31 胡30 周29 曾28 谢27 钟26 郭25 廖23 邓21 杨21 万19 "
    "赖18 肖17 彭17 余16 叶15 朱14 涂13 林13 邹12 汪12 江11 何11 龚10 袁10 曹10 许9 程9 欧阳9 温9 蔡8 "
    "付8 艾7 高7 宋7 郑7 丁6 方6 夏6 冯6 潘6 袁5 易5 占5 章5 洪5 赵5 汤5 游4 魏4 戴4 范4 饶4 桂3 "
    "卢3 孙3 管3 马3 舒3 蓝3 雷3 尹3 古2 聂2 习2 匡2 鄢1 揭1 帅1 幸1 晏1 甘1 危1 喻1 官1 上官1"
)
MALE = (
    "建国 志强 建华 国平 永红 小平 金生 水生 春生 福生 文华 明华 海平 志明 国强 建平 卫东 红星 发生 荣华 "
    "俊杰 浩宇 子轩 宇航 文杰 志鹏 嘉豪 思远 家乐 勇 强 军 伟 辉 涛 斌 鹏 飞 波 亮 刚 平 华 明 林 "
    "根生 火根 木生 长根 细毛 观音保 石生 招福 德胜 德福 有根 清明 昌盛 茂林 荣根 贤德 道生"
)
FEMALE = (
    "秀英 桂英 兰英 玉兰 春兰 桂花 金花 冬梅 秋香 小英 美华 丽华 建英 水英 凤英 细妹 招娣 莲英 菊英 莲香 "
    "雨欣 梓涵 欣怡 思琪 佳怡 诗涵 雅婷 婷婷 燕 芳 霞 娟 敏 静 丽 艳 玲 萍 红 梅 兰 琴 英 慧 "
    "茶花 满秀 火秀 水秀 春秀 福秀 年秀 桂秀 三妹 七秀 香莲 翠英 贵香 银香"
)


def _pool(text: str) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.float64]]:
    names, weights = [], []
    for item in text.split():
        name = item.rstrip("0123456789")
        names.append(name)
        weights.append(float(item[len(name) :] or 1))
    found = np.array(weights)
    return np.array(names), found / found.sum()


_SURNAMES = _pool(SURNAMES)
_GIVEN = {True: _pool(MALE)[0], False: _pool(FEMALE)[0]}


def surnames(rng: np.random.Generator, count: int) -> npt.NDArray[np.str_]:
    """`count` surnames by frequency."""
    return rng.choice(_SURNAMES[0], count, p=_SURNAMES[1])


def full_names(
    rng: np.random.Generator, family: npt.NDArray[np.str_], is_male: npt.NDArray[np.bool_]
) -> npt.NDArray[np.str_]:
    """Full names for the family names; one in five given names is built of two characters at random."""
    count = len(family)
    given = np.where(is_male, rng.choice(_GIVEN[True], count), rng.choice(_GIVEN[False], count))
    singles = np.array(list("文志建国明华永春金水玉兰秀美福德荣林平安学仁义礼信清正光中海山宝"))
    built = np.char.add(rng.choice(singles, count), rng.choice(singles, count))
    return np.char.add(family, np.where(rng.random(count) < 0.35, built, given))
