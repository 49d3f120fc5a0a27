// Charts of the results page, drawn from the tables beside them. Colours are the tokens of the site; no tooltips, so no inline style.
(() => {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const probe = document.createElement("span");
  document.body.append(probe);
  const token = (name) => { probe.style.color = `var(${name})`; return getComputedStyle(probe).color; };
  const drawn = [];

  function rows(figure) {
    return [...figure.querySelectorAll("tbody tr")].map((row) => ({ label: row.querySelector("th").textContent, count: Number(row.querySelector("[data-count]").dataset.count) }));
  }

  function options(figure) {
    const told = rows(figure);
    const ink = token("--k-ink-2"), line = token("--k-line"), first = token("--k-chart-1");
    const text = { color: ink, fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
    const values = { type: "value", minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: line } } };
    const labels = told.map((one) => one.label);
    const base = { animation: !still, textStyle: text, grid: { left: 8, right: 40, top: 16, bottom: 8, containLabel: true } };
    if (figure.dataset.chart === "line") {
      const narrow = figure.clientWidth < 500; // month and day only: the first would not fit
      const names = { type: "category", data: labels, axisLabel: { ...text, hideOverlap: true, formatter: narrow ? (day) => day.slice(5) : undefined }, axisLine: { lineStyle: { color: line } } };
      return { ...base, xAxis: names, yAxis: values, series: [{ type: "line", data: told.map((one) => one.count), symbolSize: 7, itemStyle: { color: first }, lineStyle: { color: first, width: 2 } }] };
    }
    const names = { type: "category", data: labels, inverse: true, axisLabel: { ...text, width: 130, overflow: "break" }, axisLine: { lineStyle: { color: line } }, axisTick: { show: false } };
    return { ...base, xAxis: values, yAxis: names, series: [{ type: "bar", data: told.map((one) => one.count), barMaxWidth: 22, itemStyle: { color: first }, label: { show: true, position: "right", ...text } }] };
  }

  function draw(figure) {
    const canvas = figure.querySelector("[data-canvas]");
    const many = rows(figure).length;
    canvas.style.height = figure.dataset.chart === "line" ? "220px" : `${Math.max(90, 34 * many + 40)}px`;
    const chart = echarts.init(canvas, null, { renderer: "canvas" });
    chart.setOption(options(figure));
    figure.dataset.drawn = "1";
    drawn.push([chart, figure]);
  }

  document.querySelectorAll("[data-chart]").forEach(draw);
  addEventListener("resize", () => drawn.forEach(([chart]) => chart.resize()));
  const again = () => drawn.forEach(([chart, figure]) => chart.setOption(options(figure)));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
})();
