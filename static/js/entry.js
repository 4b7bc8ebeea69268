// The entry table as one types: per cent, difference, sums of breakdowns. The server computes the
// same on saving; without this script the page lacks only the immediate answer.
const table = document.querySelector("table.entry");
const rows = [...(table?.querySelectorAll("tr[data-indicator]") ?? [])];
const byIndicator = new Map(rows.map((row) => [row.dataset.indicator, row]));
const written = new Intl.NumberFormat("vi-VN", { maximumFractionDigits: 4 });

// The number typed, null for blank and words, undefined for what cannot be read.
function typed(row) {
  const text = row.querySelector("input").value.replace(/[\s\u00a0]/g, "");
  if (/^(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$/.test(text)) return Number(text.replaceAll(".", "").replace(",", "."));
  return text === "" || /^[kx]|^không/i.test(text) ? null : undefined;
}

function write(row, name, text) {
  row.querySelector(`[data-cell=${name}]`).textContent = text ?? "chưa tính";
}

function signed(value) {
  const sign = value < 0 ? "−" : value > 0 ? "+" : "";
  return sign + written.format(Math.abs(value));
}

function percent(part, whole) {
  // Half up, like the server; the small term undoes binary fractions such as 1.005.
  return `${written.format(Math.round((part / whole) * 1000 + 1e-9) / 10)}%`;
}

function refreshRow(row) {
  const value = typed(row);
  const { planned, lastYear } = row.dataset;
  const known = typeof value === "number";
  write(row, "percent", known && Number(planned) ? percent(value, Number(planned)) : null);
  write(row, "difference", known && lastYear ? signed(value - Number(lastYear)) : null);
}

function refreshSum(line) {
  const parts = rows.filter((row) => row.dataset.partition === line.dataset.sum);
  if (!parts.length) return;
  const values = parts.map(typed);
  const total = typed(byIndicator.get(parts[0].dataset.parent));
  const complete = [...values, total].every((value) => typeof value === "number");
  const sum = values.reduce((a, b) => a + (b ?? 0), 0);
  const gap = Math.abs(total - sum);
  const broken = complete && gap > 0;
  for (const row of [...parts, line.closest("tr")]) row.classList.toggle("is-bad", broken);
  line.classList.toggle("err", broken);
  if (!complete) line.textContent = "";
  else if (!broken) line.textContent = `Cộng khớp tổng số ${written.format(total)}.`;
  else {
    const numbers = values.map((value) => written.format(value)).join(" + ");
    line.textContent = `Lệch ${written.format(gap)}: ${numbers} = ${written.format(sum)}, tổng số là ${written.format(total)}. Sửa số, hoặc giải trình ở ô bên dưới bảng.`;
  }
}

table?.addEventListener("input", (event) => {
  refreshRow(event.target.closest("tr"));
  table.querySelectorAll("[data-sum]").forEach(refreshSum);
});
