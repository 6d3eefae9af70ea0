// Map and bar chart. Each box [data-zt-chart] holds its figures as JSON and its canvas; a table with the
// same figures always stands beside it. Drawn on canvas with rich-text tooltips: no style attributes, no HTML.
import { BarChart, MapChart } from "echarts/charts";
import { GeoComponent, GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { feature } from "topojson-client";

echarts.use([MapChart, BarChart, GeoComponent, GridComponent, TooltipComponent, MarkLineComponent, CanvasRenderer]);

const RAMP = ["#dbe8f5", "#a9c8e6", "#6a9fd2", "#2f6fb2"];
const INK = "#1d2733";
const MUTED = "#54606e";
const NOT_MEASURED = "#eef0f3";
const BAD = "#b3261e";
const FONT = getComputedStyle(document.body).fontFamily;
const outlines = new Map();

/** Diagonal lines on `ground`: the worst class is known by its pattern, not by colour alone. */
function hatch(ground, line) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = tile.getContext("2d");
  pen.fillStyle = ground;
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = line;
  pen.lineWidth = 1.3;
  pen.beginPath();
  for (const x of [-8, 0, 8]) {
    pen.moveTo(x, 8);
    pen.lineTo(x + 8, 0);
  }
  pen.stroke();
  return { image: tile, repeat: "repeat" };
}

/** Class limits: as given, or quartiles of the values, without repetitions. */
function limitsOf(data) {
  if (data.limits) return data.limits;
  const sorted = data.values.map((v) => v.value).filter((v) => v !== null).sort((a, b) => a - b);
  const cuts = [0.25, 0.5, 0.75].map((q) => sorted[Math.floor(q * sorted.length)]);
  return [...new Set(cuts)].filter((c) => c > sorted[0]);
}

/** Classes from the best to the worst (worst "none": from few to many): range text, fill, whether hatched, and a test. */
function classesOf(data) {
  const limits = limitsOf(data);
  const edges = [-Infinity, ...limits, Infinity];
  const unit = data.unit === "%" ? "%" : "";
  const classes = edges.slice(1).map((to, i) => {
    const from = edges[i];
    const range =
      from === -Infinity && to === Infinity ? data.words.all
        : from === -Infinity ? `< ${to}${unit}`
          : to === Infinity ? `≥ ${from}${unit}`
            : `${from}–${to}${unit}`;
    return { range, holds: (v) => v >= from && v < to };
  });
  if (data.worst !== "high" && data.worst !== "none") classes.reverse();
  const shift = RAMP.length - classes.length;
  classes.forEach((c, i) => {
    c.shade = classes.length === 1 ? 0 : Math.max(0, i + (i ? shift : 0));
    c.fill = RAMP[Math.min(c.shade, RAMP.length - 1)];
    c.hatched = data.worst !== "none" && classes.length > 1 && i === classes.length - 1;
    if (c.hatched) c.fill = hatch("#0b4a8f", "#9cc0e4");
  });
  return classes;
}

function legend(box, data, classes) {
  const list = box.querySelector(".zt-legend");
  const rows = [...classes].reverse().map((c) => [c.hatched ? "zt-swatch-hatched" : `zt-swatch-${c.shade}`, c.range]);
  if (data.values.some((v) => v.value === null)) rows.push(["", data.words.notMeasured]);
  list.replaceChildren(
    ...rows.map(([swatch, range]) => {
      const item = document.createElement("li");
      const mark = document.createElement("span");
      mark.className = `zt-swatch ${swatch}`;
      item.append(mark, range);
      return item;
    }),
  );
}

const plain = (text) => String(text ?? "").replace(/[{}|]/g, " ");

function tooltip(data) {
  return {
    renderMode: "richText",
    confine: true,
    textStyle: { color: INK, fontFamily: FONT, fontSize: 13 },
    formatter: ({ name, data: row }) =>
      [name, row ? plain(row.text || data.words.notMeasured) : data.words.notMeasured, plain(row?.note)].filter(Boolean).join("\n"),
  };
}

async function outline(url) {
  if (!outlines.has(url)) {
    outlines.set(url, fetch(url).then((r) => (r.ok ? r.json() : Promise.reject(new Error(String(r.status))))));
  }
  return outlines.get(url);
}

const six = (code) => String(code).slice(0, 6);

/** The shapes below `area`: the cities of the province, or the counties of a city. */
async function shapes(url, area) {
  const topology = await outline(url);
  const isProvince = six(area).endsWith("0000");
  const all = feature(topology, isProvince ? topology.objects.cities : topology.objects.counties);
  const features = isProvince ? all.features : all.features.filter((f) => f.properties.parent === six(area));
  return { type: "FeatureCollection", features };
}

const NORTH = 0.88; // cosine of 27.5 degrees: how much narrower a degree of longitude is here

/** The length of the longer side (in pixels) at which the shapes just fill the canvas without being stretched. */
function fitting(geo, canvas) {
  const points = geo.features.flatMap((f) => f.geometry.coordinates.flat(f.geometry.type === "Polygon" ? 1 : 2));
  const [west, east] = [Math.min(...points.map((p) => p[0])), Math.max(...points.map((p) => p[0]))];
  const [south, north] = [Math.min(...points.map((p) => p[1])), Math.max(...points.map((p) => p[1]))];
  const aspect = ((east - west) * NORTH) / (north - south);
  const [width, height] = [canvas.clientWidth - 16, canvas.clientHeight - 16];
  return aspect < 1 ? Math.min(height, width / aspect) : Math.min(width, height * aspect);
}

async function mapOption(box, data) {
  const geo = await shapes(box.dataset.outlines, data.area);
  const name = `area-${six(data.area)}`;
  echarts.registerMap(name, geo);
  const names = new Map(geo.features.map((f) => [f.properties.code, f.properties.name]));
  const classes = classesOf(data);
  legend(box, data, classes);
  const rows = data.values
    .filter((v) => names.has(six(v.code)))
    .map((v) => {
      const own = v.value === null ? null : classes.find((c) => c.holds(v.value));
      return { ...v, name: names.get(six(v.code)), itemStyle: { areaColor: own ? own.fill : NOT_MEASURED } };
    });
  const fit = (canvas) => ({ series: [{ layoutSize: fitting(geo, canvas) }] });
  const option = {
    textStyle: { fontFamily: FONT },
    tooltip: tooltip(data),
    series: [
      {
        type: "map",
        map: name,
        aspectScale: NORTH,
        layoutCenter: ["50%", "50%"],
        layoutSize: 0, // set by `fit` for the box at hand
        data: rows,
        selectedMode: false,
        itemStyle: { areaColor: NOT_MEASURED, borderColor: "#fff", borderWidth: 1.2 },
        emphasis: { label: { color: INK }, itemStyle: { areaColor: null, borderColor: "#f2a900", borderWidth: 2.5 } },
        label: { show: true, color: INK, fontSize: 12, textBorderColor: "#fff", textBorderWidth: 3 },
        labelLayout: { hideOverlap: true },
      },
    ],
  };
  return { option, fit };
}

function barOption(box, data) {
  const canvas = box.querySelector("[data-zt-canvas]");
  canvas.style.height = `${Math.max(6, data.values.length * 1.6 + 3)}rem`;
  const isShort = (v) => v.status === "failed" || v.status === "overdue" ||
    (data.target != null && v.value !== null && (data.worst === "high" ? v.value > data.target : v.value < data.target));
  const short = hatch("#0b4a8f", "#9cc0e4");
  const rows = data.values.map((v) => ({ ...v, itemStyle: { color: isShort(v) ? short : RAMP[2] } }));
  const target = data.target == null ? undefined : {
    silent: true, symbol: "none",
    lineStyle: { color: BAD, type: "dashed", width: 1.5 },
    label: { formatter: `${data.words.target} ${data.target}${data.unit === "%" ? "%" : ""}`, color: BAD, position: "start" },
    data: [{ xAxis: data.target }],
  };
  const ends = { type: "category", inverse: true, axisTick: { show: false } };
  const option = {
    textStyle: { fontFamily: FONT },
    tooltip: tooltip(data),
    grid: { left: 8, right: 12, top: 24, bottom: 4, containLabel: true },
    xAxis: { type: "value", splitLine: { lineStyle: { color: "#e3e8ee" } }, axisLabel: { color: MUTED }, max: data.unit === "%" ? 100 : undefined },
    yAxis: [
      { ...ends, data: rows.map((r) => r.name), axisLabel: { color: INK, width: 120, overflow: "truncate", interval: 0 } },
      // Figures in a column of their own: beside the bars' ends they would lie on the line of the target.
      { ...ends, position: "right", data: rows.map((r) => plain(r.text)), axisLine: { show: false }, axisLabel: { color: INK, interval: 0 } },
    ],
    series: [{
      type: "bar", data: rows, barMaxWidth: 16, markLine: target,
    }],
  };
  return { option, fit: () => ({}) };
}

/** Follow a shape or bar: swap the main part and the address; without htmx, the whole page. */
function follow(url) {
  if (!url) return;
  if (!window.htmx) {
    location.assign(url);
    return;
  }
  window.htmx.ajax("GET", url, { target: "#zt-main", select: "#zt-main", swap: "outerHTML", push: url });
}

async function draw(box) {
  box.dataset.ztDrawn = "1"; // before the first await: two calls must not draw twice
  const canvas = box.querySelector("[data-zt-canvas]");
  const data = JSON.parse(box.querySelector("script[type='application/json']").textContent);
  let drawing;
  try {
    drawing = box.dataset.ztChart === "map" ? await mapOption(box, data) : barOption(box, data);
  } catch {
    canvas.textContent = data.words.failed;
    return;
  }
  if (!canvas.isConnected) return;
  let chart = null;
  const watcher = new ResizeObserver(() => {
    if (!canvas.isConnected) {
      watcher.disconnect();
      chart?.dispose();
      return;
    }
    // A map in a box without size throws; wait until the box is shown.
    if (!canvas.clientWidth || !canvas.clientHeight) return;
    if (!chart) {
      chart = echarts.init(canvas, null, { renderer: "canvas" });
      chart.setOption({ animation: false, ...drawing.option });
      chart.on("click", ({ data: row }) => follow(row?.url));
    }
    chart.resize();
    chart.setOption(drawing.fit(canvas));
  });
  watcher.observe(canvas);
}

function boot() {
  for (const box of document.querySelectorAll("[data-zt-chart]:not([data-zt-drawn])")) draw(box);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", boot);
else boot();
document.addEventListener("htmx:after:swap", boot);
