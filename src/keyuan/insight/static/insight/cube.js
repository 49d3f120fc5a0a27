// The picture above the pivot, drawn from the JSON beside it. Colours are the tokens of the site; no tooltips, so no inline style.
(() => {
  const canvas = document.querySelector("[data-cube]"), source = document.getElementById("cube-chart");
  if (!canvas || !source) return;
  const told = JSON.parse(source.textContent);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const probe = document.createElement("span");
  document.body.append(probe);
  const token = (name) => { probe.style.color = `var(${name})`; return getComputedStyle(probe).color; };
  const chinese = document.documentElement.lang.startsWith("zh");

  function short(value) {
    if (told.look === "ratio") return `${Math.round(value * 1000) / 10}%`;
    const steps = chinese ? [[1e8, "亿"], [1e4, "万"]] : [[1e9, "bn"], [1e6, "m"], [1e3, "k"]];
    const step = steps.find(([size]) => Math.abs(value) >= size);
    return step ? `${Math.round(value / step[0] * 10) / 10}${step[1]}` : `${Math.round(value * 10) / 10}`;
  }

  function options() {
    const narrow = canvas.clientWidth < 520;
    const line = token("--k-line"), colours = [1, 2, 3, 4, 5, 6].map((n) => token(`--k-chart-${n}`));
    const text = { color: token("--k-ink-2"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
    const many = told.names.length, several = told.series.length > 1, lying = told.kind === "bar" && (narrow || many > 12);
    const names = { type: "category", data: told.names, inverse: lying, axisLabel: { ...text, hideOverlap: !lying, interval: lying ? 0 : "auto", width: narrow ? 90 : 150, overflow: "truncate" }, axisLine: { lineStyle: { color: line } }, axisTick: { show: false } };
    const values = { type: "value", axisLabel: { ...text, formatter: short, hideOverlap: true }, splitLine: { lineStyle: { color: line } }, splitNumber: narrow ? 3 : 5 };
    canvas.style.height = lying ? `${Math.max(200, 26 * many + 50)}px` : "";
    return {
      animation: !still, color: colours, textStyle: text,
      grid: { left: 8, right: 24, top: 16, bottom: 8, containLabel: true },
      xAxis: lying ? values : names, yAxis: lying ? names : values,
      series: told.series.map((one) => ({ ...one, type: told.kind, stack: several && told.kind === "bar" && told.look !== "ratio" ? "all" : undefined, barMaxWidth: 28, symbolSize: 7, lineStyle: { width: 2 } })),
    };
  }

  const chart = echarts.init(canvas, null, { renderer: "canvas" });
  const draw = () => { chart.setOption(options(), true); chart.resize(); canvas.dataset.drawn = "1"; };
  draw();
  addEventListener("resize", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
})();
