/**
 * The page that verifies papers, on paper's terms: one file that works from a disk, without a network. The same script is
 * the page's and its worker's (engine/engine.ts): where there is no document, it serves.
 */
import { createRoot } from 'react-dom/client';
import { openEngine } from './engine/engine.ts';
import { servedMaterial } from './engine/material.ts';
import { serveQuestions } from './engine/serve.ts';
import './style.css';
import { App } from './view/app.tsx';

if (typeof document === 'undefined') serveQuestions(self as unknown as Parameters<typeof serveQuestions>[0]);
else showPage();

function showPage(): void {
  // As it came, before anything is drawn into it.
  const page = `<!doctype html>\n${document.documentElement.outerHTML}\n`;
  const textOf = (selector: string): string => document.querySelector(selector)?.textContent ?? '';
  const engine = openEngine(textOf('script[type="module"]'));
  const served = servedMaterial(textOf('#trust'));
  createRoot(document.getElementById('page')!).render(
    <App engine={engine} served={served} save={() => saveAs('verify.html', page)} />,
  );
}

function saveAs(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/html' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
