import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface Line {
  name: string;
  values: (number | null)[];
  dashed?: boolean;
}

/** Lines over days. `times` are seconds since 1970. Zero is on the axis. */
export function DayChart({ times, lines, height = 220 }: { times: number[]; lines: Line[]; height?: number }) {
  const { ref, width } = useElementSize();
  const host = useRef<HTMLDivElement>(null);
  const dark = useComputedColorScheme('light') === 'dark';
  useEffect(() => {
    if (width === 0 || host.current === null) {
      return;
    }
    const ink = dark ? '#c9c9c9' : '#495057';
    const rule = dark ? '#3b3b3b' : '#e9ecef';
    const colours = dark ? ['#4dabf7', '#38d9a9', '#adb5bd'] : ['#1971c2', '#099268', '#868e96'];
    const axis = { stroke: ink, grid: { stroke: rule, width: 1 }, ticks: { stroke: rule } };
    const chart = new uPlot(
      {
        width, height, padding: [12, 28, 0, 0], cursor: { y: false }, legend: { live: true },
        scales: { y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.1)] } },
        axes: [axis, { ...axis, size: 56 }],
        series: [{}, ...lines.map((line, index) => ({
          label: line.name, stroke: colours[index % colours.length], width: 2, dash: line.dashed === true ? [6, 5] : undefined, spanGaps: true,
          points: { show: times.length < 40 },
        }))],
      },
      [times, ...lines.map((line) => line.values)],
      host.current,
    );
    return () => chart.destroy();
  }, [width, dark, times, lines, height]);
  return (
    <div ref={ref}>
      <div ref={host} role="img" aria-label={lines.map((line) => line.name).join(', ') + ' by day'} />
    </div>
  );
}
