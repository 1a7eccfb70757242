import 'katex/dist/katex.min.css';
import renderInElement from 'katex/contrib/auto-render';

/** Loaded only where a text holds a formula. */
export function renderMath(element: HTMLElement): void {
  renderInElement(element, {
    delimiters: [
      { left: '$$', right: '$$', display: true },
      { left: '$', right: '$', display: false },
      { left: '\\(', right: '\\)', display: false },
      { left: '\\[', right: '\\]', display: true },
    ],
    throwOnError: false,
    errorColor: 'currentColor',
    trust: false,
    maxExpand: 200,
    maxSize: 20,
  });
}
