// The whale curve, drawn from the JSON beside it. A part of it is chosen by dragging, or by the two numbers below.
(() => {
  const canvas = document.querySelector("[data-profit]"), source = document.getElementById("profit-chart");
  if (!canvas || !source) return;
  const told = JSON.parse(source.textContent), points = told.series[0].length - 1;
  const from = document.getElementById("p-from"), to = document.getElementById("p-to"), by = document.getElementById("p-by");
  const out = document.querySelector("[data-profit-told]");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const probe = document.createElement("span");
  document.body.append(probe);
  const token = (name) => { probe.style.color = `var(${name})`; return getComputedStyle(probe).color; };
  const chinese = document.documentElement.lang.startsWith("zh");

  function short(value) {
    const steps = chinese ? [[1e8, "亿"], [1e4, "万"]] : [[1e9, "bn"], [1e6, "m"], [1e3, "k"]];
    const step = steps.find(([size]) => Math.abs(value) >= size);
    return step ? `${Math.round(value / step[0] * 10) / 10}${step[1]}` : `${Math.round(value)}`;
  }

  const chosen = () => [Math.min(+from.value || 0, 99), Math.min(Math.max(+to.value || 1, 1), 100)].sort((a, b) => a - b);

  function options() {
    const line = token("--k-line"), colours = [token("--k-chart-1"), token("--k-chart-2")];
    const text = { color: token("--k-ink-2"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
    const [first, last] = chosen();
    return {
      animation: !still, color: colours, textStyle: text,
      grid: { left: 8, right: 24, top: 16, bottom: 8, containLabel: true },
      xAxis: { type: "value", min: 0, max: 100, axisLabel: { ...text, formatter: "{value}%" }, splitLine: { show: false }, axisLine: { lineStyle: { color: line } } },
      yAxis: { type: "value", axisLabel: { ...text, formatter: short }, splitLine: { lineStyle: { color: line } } },
      series: told.series.map((values, place) => ({
        name: told.names[place], type: "line", showSymbol: false, lineStyle: { width: 2, type: place ? "dashed" : "solid" },
        data: values.map((value, at) => [at * 100 / points, value]),
        markArea: place ? undefined : { silent: true, itemStyle: { color: token("--k-chart-3"), opacity: .14 }, data: [[{ xAxis: first }, { xAxis: last }]] },
      })),
    };
  }

  function say() {
    const [first, last] = chosen(), sums = told.series[by.value === "structure" ? 1 : 0];
    const at = (share) => sums[Math.round(share / 100 * points)];
    const amount = at(last) - at(first), whole = sums[points];
    const customers = Math.floor(last / 100 * told.customers + .5) - Math.floor(first / 100 * told.customers + .5);
    const figure = (value) => Math.round(value).toLocaleString("en-US");
    out.textContent = out.dataset.one.replace("{customers}", figure(customers)).replace("{amount}", figure(amount)).replace("{share}", whole > 0 ? figure(amount / whole * 100) : "–");
  }

  const chart = echarts.init(canvas, null, { renderer: "canvas" });
  const draw = () => { chart.setOption(options(), true); chart.resize(); say(); canvas.dataset.drawn = "1"; };
  draw();
  for (const one of [from, to, by]) one.addEventListener("input", draw);
  let begin = null;
  const share = (event) => Math.round(Math.min(100, Math.max(0, chart.convertFromPixel({ xAxisIndex: 0 }, event.offsetX))));
  const zr = chart.getZr();
  zr.on("mousedown", (event) => { begin = share(event); });
  zr.on("mousemove", (event) => {
    if (begin === null || share(event) === begin) return;
    [from.value, to.value] = [Math.min(begin, share(event)), Math.max(begin, share(event))];
    draw();
  });
  addEventListener("mouseup", () => { begin = null; });
  addEventListener("resize", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
})();
