import { useElementSize } from '@mantine/hooks';

export interface Point {
  x: number;
  y: number;
  low: number;
  high: number;
}

const HEIGHT = 200;
const LEFT = 48;
const BOTTOM = 34;

/** A line with its interval as a band. The words of both axes stand beside them. */
export function Band({ points, label, xLabel, format }: { points: Point[]; label: string; xLabel: (x: number) => string; format: (y: number) => string }) {
  const { ref, width } = useElementSize();
  const right = Math.max(1, width - 12);
  const most = Math.max(...points.map((one) => one.x), 1);
  const low = Math.min(...points.map((one) => one.low));
  const high = Math.max(...points.map((one) => one.high));
  const span = Math.max(high - low, 1e-6);
  const px = (x: number) => LEFT + ((right - LEFT) * x) / most;
  const py = (y: number) => 10 + ((HEIGHT - BOTTOM - 10) * (high - y)) / span;
  const path = (of: (point: Point) => number, list = points) => list.map((point) => `${px(point.x).toFixed(1)},${py(of(point)).toFixed(1)}`).join(' ');
  const ticks = [low, (low + high) / 2, high];
  return (
    <div ref={ref}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={label} className="band">
          {ticks.map((tick) => (
            <g key={tick}><line x1={LEFT} x2={right} y1={py(tick)} y2={py(tick)} className="band-rule" /><text x={LEFT - 6} y={py(tick) + 4} textAnchor="end">{format(tick)}</text></g>
          ))}
          <polygon points={`${path((one) => one.high)} ${path((one) => one.low, [...points].reverse())}`} className="band-area" />
          <polyline points={path((one) => one.y)} className="band-line" />
          {points.map((one) => <circle key={one.x} cx={px(one.x)} cy={py(one.y)} r="3" className="whisker-dot" />)}
          <text x={LEFT} y={HEIGHT - 10}>{xLabel(0)}</text>
          <text x={right} y={HEIGHT - 10} textAnchor="end">{xLabel(most)}</text>
        </svg>
      )}
    </div>
  );
}
