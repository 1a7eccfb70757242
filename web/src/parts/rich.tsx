import DOMPurify from 'dompurify';
import MarkdownIt from 'markdown-it';
import { useEffect, useMemo, useRef } from 'react';

/* HTML in a task stays text; what Markdown makes is cleaned once more before it enters the page. */
const markdown = new MarkdownIt({ html: false, linkify: true, typographer: false });
markdown.renderer.rules.link_open = (tokens, index, options, _env, self) => {
  tokens[index].attrSet('target', '_blank');
  tokens[index].attrSet('rel', 'noopener noreferrer nofollow');
  return self.renderToken(tokens, index, options);
};

const CLEAN = { ADD_ATTR: ['target'], FORBID_TAGS: ['style', 'form', 'input', 'img', 'svg', 'math', 'iframe'], FORBID_ATTR: ['style'] };

/** Markdown, code and LaTeX ($…$, $$…$$, \(…\), \[…\]); nothing in it can run. */
export function Rich({ text }: { text: string }) {
  const box = useRef<HTMLDivElement>(null);
  const html = useMemo(() => DOMPurify.sanitize(markdown.render(text), CLEAN), [text]);
  useEffect(() => {
    if (!/\$|\\\(|\\\[/.test(text) || box.current === null) {
      return;
    }
    let gone = false;
    void import('./math').then(({ renderMath }) => {
      if (!gone && box.current !== null) {
        renderMath(box.current);
      }
    });
    return () => {
      gone = true;
    };
  }, [text]);
  return <div ref={box} className="rich" dangerouslySetInnerHTML={{ __html: html }} />;
}
