import { createContext, useContext } from 'react';
import type { Schema } from '../api/client';

export type Session = Schema<'session'>;
export type Role = Session['roles'][number];

const SessionContext = createContext<Session | null>(null);

export const SessionProvider = SessionContext.Provider;

/** Who is signed in. Only below the frame, where somebody is. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) {
    throw new Error('nobody is signed in');
  }
  return session;
}

export function has(session: Session, ...roles: Role[]): boolean {
  return roles.some((role) => session.roles.includes(role));
}
