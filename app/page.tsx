import type { ReactNode } from 'react';

export default function StartPage(): ReactNode {
  return <h1>Jampot</h1>;
}
