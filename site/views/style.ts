/** How charts look: in the page, in a file by itself and in the README. Each colour is readable in its colour scheme. */
export const CHART_STYLE = `
.chart text { font: 11px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #57606a }
.chart .title { font-size: 17px; font-weight: 600; fill: #1f2328 }
.chart .label { fill: #1f2328 }
.chart .paper { fill: #ffffff; stroke: #d0d7de }
.chart .grid { stroke: #d8dee4; stroke-opacity: 1 }
.chart .tried { stroke: #6e7781; stroke-width: 6; stroke-linecap: round; opacity: .75 }
.chart .failed { stroke: #bc4c00; stroke-width: 4; stroke-linecap: round; opacity: .6 }
.chart .best { stroke: #1a7f37; stroke-width: 2.2 }
.chart .record { fill: #1a7f37; stroke: #ffffff; stroke-width: 1.2 }
.chart .guess { stroke: #0969da; stroke-width: 1.6 }
.chart .frontier { fill: none; stroke: #0969da; stroke-width: 1.6; stroke-dasharray: 5 3 }
.chart .claim { fill: none; stroke: #57606a; stroke-width: 1; stroke-dasharray: 2 3 }
.chart .leader { stroke: #1a7f37; stroke-width: .8; opacity: .5 }
.chart .zero { stroke: #57606a; stroke-width: 1 }
.chart .limit { stroke: #57606a; stroke-dasharray: 3 3 }
.chart .band { fill: #0969da; fill-opacity: .18 }
.chart .ridge { fill: #0969da; fill-opacity: .35; stroke: #0969da; stroke-width: 1 }
.chart .whisker { stroke: #57606a; stroke-width: 1.5 }
.chart .stray { fill: #bc4c00; stroke: none }
.chart .broken { stroke: #bc4c00; stroke-width: 2 } .chart .dashed { stroke-dasharray: 4 3 }
.chart .agrees { fill: #1a7f37; fill-opacity: .7; stroke: none } .chart .disagrees { fill: none; stroke: #bc4c00; stroke-width: 1.5 }
.chart .cell { fill: #0969da }
.chart .shade0 { fill-opacity: .22 } .chart .shade1 { fill-opacity: .36 } .chart .shade2 { fill-opacity: .5 }
.chart .shade3 { fill-opacity: .65 } .chart .shade4 { fill-opacity: .82 } .chart .shade5 { fill-opacity: 1 }
.chart .kind0 { fill: #0072b2 } .chart .kind1 { fill: #1a7f37 } .chart .kind2 { fill: #8250df }
.chart .kind3 { fill: #6e7781 } .chart .kind4 { fill: #bc4c00 }
@media screen and (prefers-color-scheme: dark) {
  .chart text { fill: #9198a1 } .chart .title, .chart .label { fill: #f0f6fc } .chart .paper { fill: #0d1117; stroke: #3d444d }
  .chart .grid { stroke: #21262d } .chart .tried { stroke: #9198a1 } .chart .failed { stroke: #f0883e } .chart .best { stroke: #3fb950 }
  .chart .record { fill: #3fb950; stroke: #0d1117 } .chart .guess, .chart .frontier { stroke: #4493f8 } .chart .leader { stroke: #3fb950 }
  .chart .zero, .chart .limit, .chart .whisker, .chart .claim { stroke: #9198a1 } .chart .band, .chart .ridge, .chart .cell { fill: #4493f8 }
  .chart .ridge { stroke: #4493f8 } .chart .stray { fill: #f0883e } .chart .broken, .chart .disagrees { stroke: #f0883e } .chart .agrees { fill: #3fb950 }
  .chart .kind0 { fill: #4493f8 } .chart .kind1 { fill: #3fb950 } .chart .kind2 { fill: #ab7df8 } .chart .kind3 { fill: #9198a1 }
  .chart .kind4 { fill: #f0883e }
}
`;
