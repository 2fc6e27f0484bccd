'use strict';
// Draws the charts of the report on one common time axis. Data: buckets of lowest and highest value, see HtmlReport.cs.
(function () {
  const data = JSON.parse(document.getElementById('data').textContent);
  const host = document.getElementById('charts');
  const reset = document.getElementById('reset');
  const left = 62, right = 14, chartHeight = 190, svgNs = 'http://www.w3.org/2000/svg';
  let from = 0, to = data.durationS, width = 0, pinned = null;
  host.textContent = '';

  const decode = (series, decimals) => {
    const scale = Math.pow(10, -decimals), steps = series.low.split(','), n = steps.length;
    const widths = series.spread ? series.spread.split(',') : null;
    const low = new Float64Array(n), high = new Float64Array(n);
    let value = 0;
    for (let k = 0; k < n; k++) {
      if (steps[k] === 'n') { low[k] = high[k] = NaN; continue; }
      value += +steps[k];
      low[k] = value * scale;
      high[k] = (value + (widths ? +widths[k] : 0)) * scale;
    }
    return { low, high };
  };
  const make = (parent, tag, attributes, text) => {
    const e = document.createElementNS(svgNs, tag);
    for (const name in attributes) e.setAttribute(name, attributes[name]);
    if (text !== undefined) e.textContent = text;
    parent.appendChild(e);
    return e;
  };
  const html = (parent, tag, name, text) => {
    const e = document.createElement(tag);
    if (name) e.className = name;
    if (text !== undefined) e.textContent = text;
    parent.appendChild(e);
    return e;
  };
  const clock = (s, fine) => {
    const whole = Math.floor(s + 1e-9), h = Math.floor(whole / 3600), m = Math.floor(whole / 60) % 60, sec = whole % 60;
    const two = v => String(v).padStart(2, '0');
    return h + ':' + two(m) + (fine ? ':' + two(sec) : '');
  };
  const niceStep = (span, count) => {
    const raw = span / count, power = Math.pow(10, Math.floor(Math.log10(raw)));
    return [1, 2, 2.5, 5, 10].map(f => f * power).find(s => s >= raw);
  };
  const timeStep = span => [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 14400, 28800, 86400].find(s => span / s <= Math.max(3, width / 105)) || 172800;
  const x = t => left + (t - from) / (to - from) * (width - left - right);
  const timeAt = px => from + (px - left) / (width - left - right) * (to - from);

  const shadePhases = (svg, height) => data.phases.forEach((p, i) => {
    if (i % 2 === 0 || p.e <= from || p.s >= to) return;
    const a = Math.max(p.s, from), b = Math.min(p.e, to);
    make(svg, 'rect', { class: 'shade', x: x(a), width: Math.max(0, x(b) - x(a)), y: 0, height });
  });
  const timeAxis = (svg, height, labels) => {
    const step = timeStep(to - from), fine = step < 60;
    for (let t = Math.ceil(from / step) * step; t <= to; t += step) {
      make(svg, 'line', { class: 'grid', x1: x(t), x2: x(t), y1: 0, y2: height });
      if (labels) make(svg, 'text', { x: x(t), y: height + 15, 'text-anchor': 'middle' }, clock(t, fine));
    }
  };

  // One chart: title and legend above, lines below.
  const charts = data.charts.map(chart => {
    const box = html(host, 'div', 'chart'), top = html(box, 'div', 'top');
    const name = html(top, 'span', 'name', chart.title);
    html(name, 'small', '', chart.unit ? ' (' + chart.unit + ')' : '');
    const series = chart.series.map(s => {
      const button = html(top, 'button', 'legend' + (s.dashed ? ' dashed' : '') + (s.hidden ? ' off' : ''));
      html(button, 'i').style.borderColor = 'var(--c' + s.colour + ')';
      html(button, 'span', '', s.name);
      const output = html(button, 'output');
      const line = Object.assign({ shown: !s.hidden, output, colour: s.colour, dashed: s.dashed }, decode(s, chart.decimals));
      button.onclick = () => { line.shown = !line.shown; button.classList.toggle('off', !line.shown); draw(); };
      return line;
    });
    if (chart.note) html(box, 'div', 'note', chart.note);
    const svg = make(box, 'svg', { height: chartHeight + 20 });
    return { chart, series, svg };
  });

  const drawChart = c => {
    const svg = c.svg;
    svg.textContent = '';
    const first = Math.max(0, Math.floor(from / data.bucketS)), shown = c.series.filter(s => s.shown);
    let min = Infinity, max = -Infinity;
    for (const s of shown) {
      const end = Math.min(s.low.length, Math.ceil(to / data.bucketS) + 1);
      for (let k = first; k < end; k++) {
        if (s.low[k] < min) min = s.low[k];
        if (s.high[k] > max) max = s.high[k];
      }
    }
    if (!(min <= max)) { min = 0; max = 1; }
    const least = 4 * Math.pow(10, -c.chart.decimals);
    if (max - min < least) { const middle = (max + min) / 2; min = middle - least / 2; max = middle + least / 2; }
    const pad = (max - min) * 0.06;
    min -= pad; max += pad;
    const y = v => chartHeight - (v - min) / (max - min) * chartHeight;
    shadePhases(svg, chartHeight);
    timeAxis(svg, chartHeight, true);
    const step = niceStep(max - min, 7), decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (Math.abs(step / Math.pow(10, Math.floor(Math.log10(step) + 1e-9)) - 2.5) < 0.01 ? 1 : 0));
    for (let v = Math.ceil(min / step) * step; v <= max; v += step) {
      make(svg, 'line', { class: Math.abs(v) < step / 1e6 ? 'zero' : 'grid', x1: left, x2: width - right, y1: y(v), y2: y(v) });
      make(svg, 'text', { x: left - 8, y: y(v) + 4, 'text-anchor': 'end' }, (Math.abs(v) < step / 1e6 ? 0 : v).toFixed(decimals));
    }
    make(svg, 'rect', { class: 'frame', x: left, y: 0, width: width - left - right, height: chartHeight });
    for (const s of shown) make(svg, 'path', { class: s.dashed ? 'line dashed' : 'line', d: outline(s, first, y), style: 'stroke:var(--c' + s.colour + ')' });
    c.cursor = make(svg, 'line', { class: 'cursor', y1: 0, y2: chartHeight, visibility: 'hidden' });
    c.zoom = make(svg, 'rect', { class: 'zoom', y: 0, height: chartHeight, visibility: 'hidden' });
  };

  // Buckets that fall on one pixel are joined; a column with a spread is drawn from its near end to its far end.
  const outline = (s, first, y) => {
    const end = Math.min(s.low.length, Math.ceil(to / data.bucketS) + 1), parts = [];
    let pen = false, last = 0, k = first;
    while (k < end) {
      const px = Math.round(x((k + 0.5) * data.bucketS) * 2) / 2;
      let low = Infinity, high = -Infinity;
      do {
        if (s.low[k] < low) low = s.low[k];
        if (s.high[k] > high) high = s.high[k];
        k++;
      } while (k < end && x((k + 0.5) * data.bucketS) < px + 0.75);
      if (!(low <= high)) { pen = false; continue; }
      const at = Math.min(Math.max(px, left), width - right), a = y(low), b = y(high);
      const near = Math.abs(a - last) <= Math.abs(b - last) ? a : b, far = near === a ? b : a;
      parts.push((pen ? 'L' : 'M') + at + ' ' + near.toFixed(1));
      if (Math.abs(a - b) > 0.6) parts.push('L' + at + ' ' + far.toFixed(1));
      pen = true;
      last = far;
    }
    return parts.join('');
  };

  // Phases on top, lanes of states at the bottom.
  const phaseSvg = document.createElementNS(svgNs, 'svg');
  phaseSvg.setAttribute('height', 30);
  phaseSvg.style.marginTop = '12px';
  host.insertBefore(phaseSvg, host.firstChild);
  const fits = (text, room, size) => {
    const letters = Math.floor((room - 10) / (size * 0.55));
    return letters >= text.length ? text : letters < 4 ? '' : text.slice(0, letters - 1) + '…';
  };
  const drawPhases = () => {
    phaseSvg.textContent = '';
    for (const p of data.phases) {
      if (p.e <= from || p.s >= to) continue;
      const a = x(Math.max(p.s, from)), b = x(Math.min(p.e, to));
      const box = make(phaseSvg, 'rect', { class: 'phasebox', x: a, y: 2, width: Math.max(1, b - a), height: 24, rx: 4 });
      make(box, 'title', {}, p.text + ', ' + clock(p.s, true) + ' to ' + clock(p.e, true));
      box.onclick = () => show(p.s, p.e);
      const label = make(phaseSvg, 'text', { class: 'phase', x: (a + b) / 2, y: 18, 'text-anchor': 'middle' }, fits(p.text, b - a, 12.5));
      label.onclick = box.onclick;
    }
  };
  const laneHeight = 35;
  const laneBox = html(host, 'div', 'chart');
  html(html(laneBox, 'div', 'top'), 'span', 'name', 'States and faults');
  const laneSvg = make(laneBox, 'svg', { height: data.lanes.length * laneHeight + 22 });
  const lanes = { svg: laneSvg, series: [] };
  const drawLanes = () => {
    laneSvg.textContent = '';
    const height = data.lanes.length * laneHeight;
    shadePhases(laneSvg, height);
    timeAxis(laneSvg, height, true);
    data.lanes.forEach((lane, i) => {
      const y = i * laneHeight;
      make(laneSvg, 'text', { class: 'lane', x: left + 6, y: y + 14 }, lane.name);
      for (const s of lane.spans) {
        if (s.e <= from || s.s >= to) continue;
        const a = x(Math.max(s.s, from)), b = x(Math.min(s.e, to));
        const span = make(laneSvg, 'rect', { class: 'span', x: a, y: y + 18, width: Math.max(1.5, b - a), height: 16, rx: 3, style: 'fill:var(--' + s.tone + ')' });
        make(span, 'title', {}, lane.name + ': ' + s.text + ', ' + clock(s.s, true) + ' to ' + clock(s.e, true));
        make(laneSvg, 'text', { class: 'spantext', x: a + 6, y: y + 30 }, fits(s.text, b - a, 11.5));
      }
    });
    make(laneSvg, 'rect', { class: 'frame', x: left, y: 0, width: width - left - right, height });
    lanes.cursor = make(laneSvg, 'line', { class: 'cursor', y1: 0, y2: height, visibility: 'hidden' });
  };

  const draw = () => {
    width = Math.max(420, host.clientWidth);
    drawPhases();
    charts.forEach(drawChart);
    drawLanes();
    reset.hidden = from === 0 && to === data.durationS;
    point(pinned);
  };
  const show = (a, b) => {
    from = Math.max(0, a);
    to = Math.min(data.durationS, Math.max(b, a + 4 * data.bucketS));
    draw();
  };
  const point = t => {
    const valid = t !== null && t >= from && t <= to;
    for (const c of charts) {
      c.cursor.setAttribute('visibility', valid ? 'visible' : 'hidden');
      if (valid) { c.cursor.setAttribute('x1', x(t)); c.cursor.setAttribute('x2', x(t)); }
      const k = valid ? Math.floor(t / data.bucketS) : -1;
      for (const s of c.series) {
        let text = '';
        if (k >= 0 && k < s.low.length && s.low[k] === s.low[k]) {
          const a = s.low[k].toFixed(c.chart.decimals), b = s.high[k].toFixed(c.chart.decimals);
          text = a === b ? a : a + ' … ' + b;
        }
        s.output.textContent = text;
      }
    }
    lanes.cursor.setAttribute('visibility', valid ? 'visible' : 'hidden');
    if (valid) { lanes.cursor.setAttribute('x1', x(t)); lanes.cursor.setAttribute('x2', x(t)); }
    document.querySelector('.charts .hint').textContent = valid ? 'at ' + clock(t, true) + phaseName(t) : 'Drag to zoom, double-click to reset, click a name to hide its line.';
  };
  const phaseName = t => {
    const p = data.phases.find(q => t >= q.s && t < q.e);
    return p ? ', ' + p.text : '';
  };
  for (const c of charts) {
    let start = null;
    const px = e => e.clientX - c.svg.getBoundingClientRect().left;
    const clamp = v => Math.min(Math.max(v, left), width - right);
    c.svg.addEventListener('pointermove', e => {
      const at = clamp(px(e));
      point(timeAt(at));
      if (start !== null) {
        c.zoom.setAttribute('visibility', 'visible');
        c.zoom.setAttribute('x', Math.min(start, at));
        c.zoom.setAttribute('width', Math.abs(at - start));
      }
    });
    c.svg.addEventListener('pointerdown', e => { if (e.button === 0 && e.pointerType !== 'touch') { start = clamp(px(e)); c.svg.setPointerCapture(e.pointerId); e.preventDefault(); } });
    c.svg.addEventListener('pointerup', e => {
      const at = clamp(px(e)), begin = start;
      start = null;
      c.zoom.setAttribute('visibility', 'hidden');
      if (begin !== null && Math.abs(at - begin) > 6) show(timeAt(Math.min(begin, at)), timeAt(Math.max(begin, at)));
    });
    c.svg.addEventListener('pointerleave', () => point(pinned));
    c.svg.addEventListener('dblclick', () => { pinned = null; show(0, data.durationS); });
  }
  reset.onclick = () => { pinned = null; show(0, data.durationS); };
  document.querySelectorAll('a[data-t]').forEach(a => a.addEventListener('click', e => {
    e.preventDefault();
    pinned = +a.dataset.t;
    show(pinned - 90, pinned + 90);
    document.querySelector('.charts').scrollIntoView({ behavior: 'smooth' });
  }));
  let waiting = 0;
  addEventListener('resize', () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(draw); });
  draw();
})();
