/** The ref of the active tab, in a row of tabs that scrolls: brings it into view. */
export function tabInView(tab: HTMLElement | null) {
  const row = tab?.parentElement;
  if (tab && row) {
    row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.clientWidth) / 2;
  }
}
