'use strict';
(() => {
  const SVG = 'http://www.w3.org/2000/svg';
  const RIM = '#101010';
  const read = (kind) => [...document.querySelectorAll('script.' + kind)].map((it) => JSON.parse(it.textContent));
  const run = read('run')[0];
  const images = read('image');
  const slider = run.slider;
  const byId = (id) => document.getElementById(id);
  const fixed = (value, digits) => value.toFixed(digits).replace('-', '\u2212');
  const score = (value) => fixed(value, Math.abs(value) <= 1 ? 2 : 1);
  const precise = (value) => fixed(value, Math.abs(value) <= 1 ? 3 : 2);
  const count = (number, one, many) => number.toLocaleString('en') + ' ' + (number === 1 ? one : many);
  const seconds = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(1)) + ' s';

  /* Everything that is shown is made here: texts are text nodes, never HTML. */
  const make = (node, attributes, children) => {
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    for (const child of children || []) node.append(child);
    return node;
  };
  const el = (name, attributes, ...children) => make(document.createElement(name), attributes, children);
  const svg = (name, attributes, ...children) => make(document.createElementNS(SVG, name), attributes, children);

  const dashes = (prompt, width) => (prompt.dashes.length ? { 'stroke-dasharray': prompt.dashes.map((it) => it * width).join(' ') } : {});
  const swatch = (prompt) => svg('svg', { class: 'swatch', viewBox: '0 0 38 17', 'aria-hidden': 'true' },
    svg('rect', { width: 38, height: 17, fill: RIM }),
    svg('line', { x1: 3, x2: 35, y1: 8.5, y2: 8.5, stroke: prompt.colour, 'stroke-width': 5, ...dashes(prompt, 2.5) }));

  /* ---- Boxes at the slider's place */

  const stops = (() => {
    const places = new Set([slider.value, slider.lowest]);
    for (let i = Math.ceil(slider.lowest * 100); i <= 100; i++) places.add(i / 100);
    return slider.kind === 'none' ? [slider.value] : [...places].sort((a, b) => a - b);
  })();
  const home = stops.indexOf(slider.value);
  let threshold = slider.value;
  const shown = run.prompts.map(() => true);

  /* The article's box: around all patches above the threshold. */
  const articleBox = (image, label, map, found) => {
    let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
    map.values.forEach((value, i) => {
      if (value > threshold) {
        const row = Math.floor(i / map.columns);
        const column = i % map.columns;
        [left, top, right, bottom] = [Math.min(left, column), Math.min(top, row), Math.max(right, column), Math.max(bottom, row)];
      }
    });
    if (right < 0) return [];
    return [{
      label, score: found, run: true,
      box: {
        xmin: left * map.patch, ymin: top * map.patch,
        xmax: Math.min(image.width, (right + 1) * map.patch), ymax: Math.min(image.height, (bottom + 1) * map.patch)
      }
    }];
  };

  const boxesOf = (image, p) => {
    if (!shown[p]) return [];
    const asked = image.prompts[p];
    if (slider.kind === 'map') return articleBox(image, run.prompts[p].label, asked.map, asked.evidence);
    const least = slider.kind === 'none' ? -Infinity : threshold;
    return [...asked.found.map((it) => ({ ...it, run: true })), ...asked.below.map((it) => ({ ...it, run: false }))]
      .filter((it) => it.score >= least);
  };

  const group = (detection, prompt, width) => {
    const { xmin, ymin, xmax, ymax } = detection.box;
    const place = { x: xmin, y: ymin, width: xmax - xmin, height: ymax - ymin };
    return svg('g', { class: detection.run ? 'run' : 'below' },
      svg('rect', { ...place, class: 'rim', 'stroke-width': width + 2 }),
      svg('rect', { ...place, stroke: prompt.colour, 'stroke-width': width, ...dashes(prompt, width) }));
  };

  /* Places labels as the pictures of the library do: above the box, below it, inside; not over each other while there is room. */
  const place = (tags, stage, image) => {
    const [width, height] = [stage.clientWidth, stage.clientHeight];
    const taken = [];
    for (const { tag, box } of tags) {
      const [w, h] = [tag.offsetWidth, tag.offsetHeight];
      const [left, right] = [box.xmin, box.xmax].map((it) => it / image.width * width);
      const [top, bottom] = [box.ymin, box.ymax].map((it) => it / image.height * height);
      const at = (x, y) => ({ x: Math.max(0, Math.min(x, width - w)), y: Math.max(0, Math.min(y, height - h)) });
      const tries = [];
      for (const x of [left - 2, right - w + 2]) {
        for (const y of [top - h - 2, bottom + 2]) if (y >= 0 && y + h <= height) tries.push(at(x, y));
      }
      for (const y of [top + 3, bottom - h - 3]) tries.push(at(left + 3, y), at(right - w - 3, y));
      const besides = taken.flatMap((it) => [it.y + it.h + 1, it.y - h - 1]).filter((y) => y >= 0 && y + h <= height);
      besides.sort((a, b) => Math.abs(a - top) - Math.abs(b - top));
      tries.push(...besides.map((y) => at(left, y)));
      const covered = (spot) => taken.reduce((sum, it) => sum
        + Math.max(0, Math.min(spot.x + w, it.x + it.w) - Math.max(spot.x, it.x))
        * Math.max(0, Math.min(spot.y + h, it.y + it.h) - Math.max(spot.y, it.y)), 0);
      const best = tries.reduce((a, b) => (covered(b) < covered(a) ? b : a));
      taken.push({ ...best, w, h });
      tag.style.left = best.x / width * 100 + '%';
      tag.style.top = best.y / height * 100 + '%';
    }
  };

  /* ---- One image */

  const legend = () => svg('svg', { 'aria-hidden': 'true' }, svg('rect', { width: '100%', height: '100%', fill: 'url(#scale)' }));

  const overlay = (image) => svg('svg', { viewBox: '0 0 ' + image.width + ' ' + image.height, preserveAspectRatio: 'none', 'aria-hidden': 'true' });

  const verdict = (asked) => (run.decided
    ? el('p', { class: 'verdict' }, el('strong', {}, asked.present ? 'Present' : 'Absent'), ', probability ' + precise(asked.probability))
    : el('p', { class: 'verdict' }, 'Presence is not decided'));

  const mapFigure = (image, p) => {
    const prompt = run.prompts[p];
    const asked = image.prompts[p];
    const map = asked.map;
    const colours = el('img', {
      class: 'colours', src: map.picture,
      alt: 'Score map of ' + prompt.label + ': highest ' + score(map.max) + ' at x ' + map.peakX + ', y ' + map.peakY
    });
    colours.style.width = map.columns * map.patch / image.width * 100 + '%';
    colours.style.height = map.rows * map.patch / image.height * 100 + '%';
    const boxes = overlay(image);
    const unit = run.decided ? 'Evidence ' + fixed(asked.evidence, 2) + ' log-odds' : 'Highest logit ' + fixed(asked.evidence, 2);
    const item = el('li', {}, el('figure', {},
      el('div', { class: 'stage' }, el('img', { class: 'gray', src: image.picture, alt: '', width: image.shownWidth, height: image.shownHeight }), colours, boxes),
      el('figcaption', {},
        el('h3', {}, swatch(prompt), prompt.label),
        verdict(asked),
        el('p', { class: 'evidence' }, unit),
        el('p', { class: 'scale' }, score(map.low), legend(), score(map.high)),
        ...asked.notes.map((note) => el('p', { class: 'notes' }, 'Note: ' + note)))));
    return { item, boxes };
  };

  const tableOf = (detections, light) => el('table', {},
    el('caption', {}, 'Boxes'),
    el('thead', {}, el('tr', {}, ...['Prompt', slider.kind === 'map' ? 'Logit' : 'Score', 'x', 'y', 'Width', 'Height'].map((it) => el('th', { scope: 'col' }, it)))),
    el('tbody', {}, ...detections.map((it, i) => {
      const prompt = run.prompts[it.p];
      const name = it.label + ' ' + score(it.score) + (it.run ? '' : ', below the run\'s threshold');
      const button = el('button', { type: 'button', 'aria-pressed': 'false', 'aria-label': 'Show ' + name + ' alone' }, swatch(prompt), el('span', {}, it.label));
      button.addEventListener('click', () => light(i, button));
      const cells = [precise(it.score), it.box.xmin, it.box.ymin, it.box.xmax - it.box.xmin, it.box.ymax - it.box.ymin];
      return el('tr', { class: it.run ? 'run' : 'below' },
        el('td', {}, button, ...(it.run ? [] : [el('div', { class: 'below' }, 'below ' + score(slider.value))])),
        ...cells.map((cell) => el('td', {}, String(cell))));
    })));

  const view = (image) => {
    const boxes = overlay(image);
    const tags = el('div', { class: 'tags', 'aria-hidden': 'true' });
    const picture = el('img', { src: image.picture, width: image.shownWidth, height: image.shownHeight });
    const stage = el('div', { class: 'stage' }, picture, boxes, tags);
    stage.style.maxWidth = 'calc(85vh * ' + image.width / image.height + ')';
    const found = el('div', {});
    const maps = run.prompts.map((prompt, p) => mapFigure(image, p));
    const presentFirst = maps.map((it, p) => [it.item, run.decided && !image.prompts[p].present])
      .sort((a, b) => a[1] - b[1]).map((it) => it[0]);
    const facts = [image.width + ' \u00d7 ' + image.height + ' pixels', seconds(image.seconds), count(image.encoderImages, 'image', 'images') + ' through the encoder'];
    if (image.shownWidth < image.width) facts.push('shown at ' + image.shownWidth + ' \u00d7 ' + image.shownHeight);
    const node = el('article', {},
      el('header', {}, el('h2', {}, image.image), el('p', { class: 'meta' }, facts.join(' \u00b7 '))),
      el('div', { class: 'columns' }, el('figure', { class: 'picture' }, stage), found),
      el('ul', { class: 'maps', 'aria-label': 'Maps' }, ...presentFirst));
    let placed = [];
    const draw = () => {
      const all = run.prompts.map((prompt, p) => boxesOf(image, p).map((it) => ({ ...it, p })));
      maps.forEach((it, p) => {
        it.boxes.replaceChildren(...all[p].map((box) => group(box, run.prompts[p], 2)));
        it.item.hidden = !shown[p];
      });
      const sorted = all.flat().sort((a, b) => b.score - a.score);
      const groups = sorted.map((it) => group(it, run.prompts[it.p], 3));
      boxes.replaceChildren(...[...groups].reverse());
      stage.classList.remove('lit');
      const light = (i, button) => {
        const on = button.getAttribute('aria-pressed') === 'false';
        found.querySelectorAll('button').forEach((it) => it.setAttribute('aria-pressed', String(on && it === button)));
        groups.forEach((it, j) => it.classList.toggle('lit', on && i === j));
        stage.classList.toggle('lit', on);
      };
      found.replaceChildren(sorted.length ? tableOf(sorted, light) : el('p', { class: 'none' }, 'No box at this threshold.'));
      placed = sorted.map((it) => {
        const prompt = run.prompts[it.p];
        const tag = el('span', {}, it.label + ' ' + score(it.score));
        tag.style.background = it.run ? prompt.colour : RIM;
        tag.style.color = it.run ? prompt.ink : '#ffffff';
        return { tag, box: it.box };
      });
      tags.replaceChildren(...placed.map((it) => it.tag));
      place(placed, stage, image);
      const list = sorted.slice(0, 20).map((it) => it.label + ' ' + score(it.score)).join(', ');
      picture.alt = image.image + ' with ' + count(sorted.length, 'box', 'boxes') + (list ? ': ' + list : '');
    };
    new ResizeObserver(() => place(placed, stage, image)).observe(stage);
    return { image, node, draw, stale: true };
  };

  /* ---- The page */

  const named = run.prompts.slice(0, 5).map((it) => it.label).join(', ');
  byId('kicker').textContent = 'zeroshot ' + run.command;
  byId('title').textContent = named + (run.prompts.length > 5 ? ' and ' + (run.prompts.length - 5) + ' more' : '');
  document.title = named + ' \u2013 zeroshot ' + run.command;
  byId('scale').append(...run.scale.map((colour, i) => svg('stop', { offset: i / (run.scale.length - 1), 'stop-color': colour })));
  const at = () => count(images.reduce((sum, it) => sum + run.prompts.reduce((n, prompt, p) => n + boxesOf(it, p).length, 0), 0), 'box', 'boxes');
  byId('summary').textContent = at() + ' in ' + count(images.length, 'image', 'images')
    + (slider.kind === 'score' ? ', with a score of at least ' : ', at a threshold of ') + score(slider.value);
  if (run.failures.length) {
    byId('failures').append(...run.failures.map((it) => el('li', {}, 'Failed: ' + it)));
    byId('failures').hidden = false;
  }

  const views = images.map(view);
  byId('images').append(...views.map((it) => it.node));

  /* Only what can be seen is drawn at once; the rest when it comes into view, or is printed. */
  const visible = new Set();
  const refresh = (it) => {
    if (it.stale) {
      it.stale = false;
      it.draw();
    }
  };
  const watcher = new IntersectionObserver((entries) => entries.forEach((entry) => {
    const it = views.find((candidate) => candidate.node === entry.target);
    if (entry.isIntersecting) {
      visible.add(it);
      refresh(it);
    } else {
      visible.delete(it);
    }
  }), { rootMargin: '400px' });
  views.forEach((it) => watcher.observe(it.node));
  window.addEventListener('beforeprint', () => views.forEach(refresh));

  const range = byId('threshold');
  const reset = byId('reset');
  Object.assign(range, { min: 0, max: stops.length - 1, step: 1, value: home });
  range.disabled = stops.length === 1;
  reset.textContent = 'Back to ' + score(slider.value);
  byId('threshold-name').textContent = slider.kind === 'score' ? 'Lowest score' : 'Threshold in the map';
  const update = () => {
    threshold = stops[Number(range.value)];
    byId('threshold-value').textContent = score(threshold);
    range.setAttribute('aria-valuetext', score(threshold));
    reset.disabled = Number(range.value) === home;
    const below = threshold < slider.value && slider.kind === 'score' ? ', also what is below the run\'s threshold' : '';
    byId('status').textContent = at() + ' shown in ' + count(images.length, 'image', 'images') + below;
    views.forEach((it) => { it.stale = true; });
    visible.forEach(refresh);
  };
  let waiting = false;
  range.addEventListener('input', () => {
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        update();
      });
    }
  });
  reset.addEventListener('click', () => {
    range.value = home;
    update();
    range.focus();
  });
  byId('labels').addEventListener('change', (event) => document.body.classList.toggle('hide-labels', !event.target.checked));
  byId('prompts').append(...run.prompts.map((prompt, p) => {
    const box = el('input', { type: 'checkbox', checked: '' });
    box.addEventListener('change', () => {
      shown[p] = box.checked;
      update();
    });
    return el('label', {}, box, swatch(prompt), el('span', {}, prompt.label));
  }));

  const notes = {
    score: slider.lowest < slider.value
      ? 'At ' + score(slider.value) + ' the boxes are the results of the run. Above it some of them vanish. Below it, down to ' + score(slider.lowest)
        + ', come boxes that the run left out' + (slider.looks
          ? ': they are asked of what was already computed, without the second look that the run takes around a likely box, so that they are coarser; a run with that threshold may place and score them differently.'
          : ', as a run with that threshold would find them.')
        + ' Whether a prompt is present was decided at ' + score(slider.value) + '.'
      : 'At ' + score(slider.value) + ' the boxes are the results of the run; above it some of them vanish. What scores less is not known to this page.',
    map: 'At ' + score(slider.value) + ' the boxes are the results of the run. At every other place the box is drawn anew, as the article\u2019s method has it: around all patches of the map above the threshold. There is a box whether the prompt is in the image or not.',
    none: 'The boxes are the results of the run. With these options they follow from more than one number, and the slider is switched off.'
  };
  byId('slider-note').textContent = notes[slider.kind];

  const facts = [
    ['Command', 'zeroshot ' + run.command], ['Version', run.version], ['Date', run.date.replace('T', ' ')],
    ['Model', run.model + ', ' + run.variant], ['Fingerprint', run.fingerprint], ['Preset', run.preset],
    ['Images', count(images.length, 'image', 'images') + (run.failures.length ? ', ' + run.failures.length + ' failed' : '')],
    ['Time', seconds(run.seconds) + ', of which the detector took ' + seconds(images.reduce((sum, it) => sum + it.seconds, 0))],
    ...run.prompts.filter((it) => it.exemplar).map((it) => ['Exemplar', it.label + ', a picture']),
    ...run.prompts.filter((it) => !it.exemplar && it.sentences.join() !== it.label).map((it) => ['Read as', it.label + ': ' + it.sentences.join(' | ')])
  ];
  byId('about').append(...facts.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
  byId('options').tBodies[0].append(...Object.entries(run.options).map(([name, value]) =>
    el('tr', {}, el('th', { scope: 'row' }, name), el('td', {}, Array.isArray(value) ? value.map((it) => (it === '' ? '\u201c\u201d' : it)).join(', ') : String(value)))));

  update();
})();
