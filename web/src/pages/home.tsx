import { Navigate } from '@tanstack/react-router';
import { has, useSession } from '../parts/session';

/** Everybody begins where their work is. */
export default function Home() {
  const session = useSession();
  return <Navigate to={has(session, 'expert') ? '/today' : has(session, 'reviewer') ? '/review' : '/campaigns'} replace />;
}
