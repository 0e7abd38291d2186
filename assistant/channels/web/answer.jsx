// One answer of Wenke: chart, table, how it was read, SQL, what to do next. Every text is a React text node: nothing of the data
// is ever markup. `props` is what assistant/channels/chat/view.py makes.
import { useEffect, useMemo, useRef, useState } from "react"
import { Check, ChevronDown, ChevronLeft, ChevronRight, Copy, Download, ShieldAlert, ShieldCheck } from "lucide-react"

const root = (document.querySelector('meta[property="og:root_path"]') || {}).content || ""
const PAGE = 10

function charts() {
  if (!window.wenkeCharts) {
    window.wenkeCharts = new Promise((resolve, reject) => {
      const script = document.createElement("script")
      script.src = root + props.library
      script.onload = () => resolve(window.wenkeVega)
      script.onerror = () => { window.wenkeCharts = null; reject(new Error("charts")) }
      document.head.appendChild(script)
    })
  }
  return window.wenkeCharts
}

function useDark() {
  const read = () => document.documentElement.classList.contains("dark")
  const [dark, setDark] = useState(read())
  useEffect(() => {
    const watch = new MutationObserver(() => setDark(read()))
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] })
    return () => watch.disconnect()
  }, [])
  return dark
}

function useWidth(ref) {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (!ref.current) return undefined
    const watch = new ResizeObserver((seen) => setWidth(Math.round(seen[0].contentRect.width)))
    watch.observe(ref.current)
    return () => watch.disconnect()
  }, [])
  return width
}

function save(name, href) {
  const link = document.createElement("a")
  link.href = href
  link.download = name
  document.body.appendChild(link)
  link.click()
  link.remove()
}

// on a phone the numbers over upright bars run into each other (the tooltip and the table still tell them), and of the names
// below only some would be left: they are turned instead
function uncrowded(spec, room) {
  if (room >= 480) return spec
  const mark = (layer) => (layer.mark && layer.mark.type) || layer.mark
  const upright = (encoding) => encoding && encoding.x && encoding.x.type !== "quantitative" && encoding.x.type !== "temporal"
  const turned = (encoding) => {
    const names = (encoding.x.scale && encoding.x.scale.domain) || []
    if (!names.length || names.length > 14 || names.every((name) => String(name).length < 4)) return encoding
    const angle = encoding.x.axis && encoding.x.axis.orient === "top" ? 45 : -45
    const axis = { ...encoding.x.axis, labelAngle: angle, labelAlign: "right", labelOverlap: false, labelLimit: 96 }
    return { ...encoding, x: { ...encoding.x, axis } }
  }
  const found = spec.encoding && upright(spec.encoding) ? { ...spec, encoding: turned(spec.encoding) } : spec
  const bars = found.layer && found.layer.some((layer) => mark(layer) === "bar") && upright(found.encoding || found.layer[0].encoding)
  return bars ? { ...found, layer: found.layer.filter((layer) => mark(layer) !== "text") } : found
}

function fitted(drawn, dark, room) {
  const spec = uncrowded(dark ? { ...drawn.spec, ...drawn.dark } : { ...drawn.spec }, room)
  const joined = spec.hconcat || spec.vconcat || spec.concat || spec.facet || spec.repeat
  if (!joined && typeof spec.width === "number") {
    spec.width = Math.max(240, Math.min(room, 1100))
    spec.autosize = { type: "fit-x", contains: "padding" }
  }
  return { ...spec, padding: 8, background: "transparent", title: undefined, config: { ...spec.config, background: "transparent" } }
}

function Chart({ chart, labels, file }) {
  const [kind, setKind] = useState(chart.kind)
  const [broken, setBroken] = useState(false)
  const frame = useRef(null)
  const plot = useRef(null)
  const made = useRef(null)
  const dark = useDark()
  const width = useWidth(frame)
  const drawn = chart.drawn.find((one) => one.kind === kind) || chart.drawn[0]

  useEffect(() => {
    if (!width) return undefined
    let gone = false
    charts()
      .then(({ embed }) => embed(plot.current, fitted(drawn, dark, width), { actions: false, renderer: "svg", tooltip: { theme: dark ? "dark" : "light" } }))
      .then((found) => { if (gone) found.finalize(); else { made.current = found; setBroken(false) } })
      .catch(() => { if (!gone) setBroken(true) })
    return () => { gone = true; if (made.current) { made.current.finalize(); made.current = null } }
  }, [drawn, dark, width])

  const picture = () => charts().then(({ embed }) => {
    const away = document.createElement("div")
    const whole = dark ? { ...drawn.spec, ...drawn.dark } : drawn.spec
    return embed(away, whole, { actions: false, renderer: "canvas" }).then((found) =>
      found.view.toImageURL("png", 2).then((url) => { save(`${file}-${chart.title}.png`, url); found.finalize() }))
  })

  return (
    <section className="wk-card wk-chart" data-kind={kind} data-testid="wk-chart">
      <header className="wk-bar">
        <span className="wk-title">{chart.title}</span>
        <span className="wk-tools">
          {chart.drawn.length > 1 && chart.drawn.map((one) => (
            <button key={one.kind} type="button" className="wk-tab" aria-pressed={one.kind === kind} onClick={() => setKind(one.kind)}>
              {chart.labels[one.kind]}
            </button>
          ))}
          <button type="button" className="wk-tab" onClick={picture} data-testid="wk-png"><Download size={13} />{labels.png}</button>
        </span>
      </header>
      <div className="wk-frame" ref={frame}>
        {broken ? <p className="wk-quiet">{labels.no_chart}</p> : null}
        <div ref={plot} className="wk-plot" role="img" aria-label={chart.title} />
      </div>
    </section>
  )
}

function compare(a, b) {
  if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1
  if (b === null || b === undefined) return -1
  if (typeof a === "number" && typeof b === "number") return a - b
  return String(a).localeCompare(String(b), props.lang === "zh" ? "zh-CN" : "en", { numeric: true })
}

function Table({ table, labels, downloads, mayExport, id }) {
  const [order, setOrder] = useState(null)
  const [page, setPage] = useState(0)
  const places = useMemo(() => {
    const all = table.rows.map((_, i) => i)
    if (!order) return all
    const sign = order.falling ? -1 : 1
    const empty = (i) => table.keys[i][order.column] === null
    return all.sort((a, b) => (empty(a) || empty(b) ? empty(a) - empty(b) : sign * compare(table.keys[a][order.column], table.keys[b][order.column])) || a - b)
  }, [order, table])
  const pages = Math.max(1, Math.ceil(places.length / PAGE))
  const shown = places.slice(page * PAGE, page * PAGE + PAGE)
  const sort = (column) => {
    setOrder((was) => (was && was.column === column ? { column, falling: !was.falling } : { column, falling: table.columns[column].right }))
    setPage(0)
  }
  return (
    <section className="wk-card" data-testid="wk-table">
      <div className="wk-scroll">
        <table className="wk-table">
          <thead>
            <tr>
              {table.columns.map((column, i) => (
                <th key={i} className={column.right ? "wk-right" : ""} aria-sort={order && order.column === i ? (order.falling ? "descending" : "ascending") : "none"}>
                  <button type="button" disabled={table.is_cut} title={table.is_cut ? labels.sort_cut : column.label} onClick={() => sort(i)}>
                    {column.label}
                    <span aria-hidden="true">{order && order.column === i ? (order.falling ? " ↓" : " ↑") : ""}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((i) => (
              <tr key={i}>
                {table.rows[i].map((text, j) => <td key={j} className={table.columns[j].right ? "wk-right" : ""}>{text}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <footer className="wk-bar wk-foot">
        <span className="wk-quiet">{table.count}</span>
        <span className="wk-tools">
          {pages > 1 ? (
            <span className="wk-pages">
              <button type="button" className="wk-icon" aria-label={labels.previous_page} disabled={page === 0} onClick={() => setPage(page - 1)}><ChevronLeft size={15} /></button>
              <span className="wk-quiet" data-testid="wk-page">{page + 1} / {pages}</span>
              <button type="button" className="wk-icon" aria-label={labels.next_page} disabled={page === pages - 1} onClick={() => setPage(page + 1)}><ChevronRight size={15} /></button>
            </span>
          ) : null}
          {downloads.map((kind) => (
            <a key={kind} className="wk-tab" href={`${root}/answers/${id}/data.${kind}`} download data-testid={`wk-${kind}`}>
              <Download size={13} />{kind.toUpperCase()}
            </a>
          ))}
          {mayExport ? null : <span className="wk-quiet">{labels.no_export}</span>}
        </span>
      </footer>
    </section>
  )
}

function Sql({ text, labels }) {
  const [copied, setCopied] = useState(false)
  const copy = () => navigator.clipboard && navigator.clipboard.writeText(text).then(() => setCopied(true), () => setCopied(false))
  return (
    <details className="wk-fold" data-testid="wk-sql">
      <summary><ChevronDown size={14} className="wk-turn" />{labels.sql}</summary>
      <div className="wk-code">
        <button type="button" className="wk-tab" onClick={copy}>{copied ? <Check size={13} /> : <Copy size={13} />}{copied ? labels.copied : labels.copy}</button>
        <pre>{text}</pre>
      </div>
    </details>
  )
}

function Reading({ lines, labels }) {
  const brief = lines.filter((line) => !line.aside).map((line) => line.text).join(" · ")
  return (
    <details className="wk-fold" data-testid="wk-reading">
      <summary><ChevronDown size={14} className="wk-turn" />{labels.reading}<span className="wk-brief">{brief}</span></summary>
      <dl className="wk-lines">
        {lines.map((line, i) => (
          <div key={i}>
            <dt>{line.name}</dt>
            <dd>{line.text}{line.detail ? <span className="wk-quiet"> {line.detail}</span> : null}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

export default function WenkeAnswer() {
  const { labels, choices, tiles, chart, table, reading, sql, proof, suggestions } = props
  return (
    <div className="wk" lang={props.lang === "zh" ? "zh-CN" : "en"} data-status={props.status} data-testid="wk-answer">
      {tiles.length ? (
        <div className="wk-tiles">
          {tiles.map((tile, i) => (
            <div key={i} className="wk-card wk-tile"><span className="wk-quiet">{tile.label}</span><strong>{tile.value}</strong></div>
          ))}
        </div>
      ) : null}
      {chart ? <Chart chart={chart} labels={labels} file={props.file} /> : null}
      {table ? <Table table={table} labels={labels} downloads={props.downloads} mayExport={props.may_export} id={props.id} /> : null}
      {choices.length ? (
        <div className="wk-choices" role="group" aria-label={labels.choose}>
          {choices.map((choice, i) => (
            <button key={i} type="button" className="wk-choice" data-testid="wk-choice" onClick={() => sendUserMessage(choice.label)}>
              <span>{choice.label}</span>{choice.value ? <strong>{choice.value}</strong> : null}
            </button>
          ))}
        </div>
      ) : null}
      {proof ? <p className={proof.agrees ? "wk-proof" : "wk-proof wk-differs"}>{proof.agrees ? <ShieldCheck size={14} /> : <ShieldAlert size={14} />}{proof.text}</p> : null}
      {reading.length ? <Reading lines={reading} labels={labels} /> : null}
      {sql ? <Sql text={sql} labels={labels} /> : null}
      {suggestions.length ? (
        <div className="wk-next">
          <span className="wk-quiet">{labels.follow_ups}</span>
          {suggestions.map((text, i) => (
            <button key={i} type="button" className="wk-chip" data-testid="wk-next" onClick={() => sendUserMessage(text)}>{text}</button>
          ))}
        </div>
      ) : null}
    </div>
  )
}
