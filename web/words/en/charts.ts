/** Charts of all pages. */
export const charts = { asTable: "Show as a table", asChart: "Show as a chart", day: "Day (UTC)" };
