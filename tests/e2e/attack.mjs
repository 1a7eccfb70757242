/** A task whose texts try to run scripts, and what is left of them on the page. */
export const ATTACK = {
  id: 'attack-1',
  prompt: '<script>window.attacked = 1</script> <img src=x onerror="window.attacked = 2"> [click](javascript:window.attacked=3) '
    + '<svg onload="window.attacked=4"></svg> and $\\int_0^1 x^2\\,dx = \\frac{1}{3}$ $\\href{javascript:window.attacked=5}{y}$',
  answer_a: '**First**\n\n```js\nalert("attacked")\n```\n\n<iframe srcdoc="<script>parent.attacked=6</script>"></iframe>',
  answer_b: '| a | b |\n|---|---|\n| 1 | <a href="javascript:attacked=7">x</a> |\n\n$$\\sum_{k=1}^n k = \\frac{n(n+1)}{2}$$',
  domain: 'law',
};

/** What of the attack came alive: an empty list when nothing did. */
export function alive(page) {
  return page.evaluate(() => {
    const found = [];
    if (window.attacked !== undefined) {
      found.push(`a script ran: ${window.attacked}`);
    }
    const main = document.querySelector('main');
    for (const element of main.querySelectorAll('script, iframe, svg[onload], img, a[href^="javascript:"], [onerror]')) {
      found.push(element.outerHTML.slice(0, 100));
    }
    return found;
  });
}
